# What is put into `terraform_data` comes out again.
resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "terraform_data" "kept" {
  input            = { role = aws_iam_role.app.name, arn = aws_iam_role.app.arn, list = [1, "b"] }
  triggers_replace = [aws_iam_role.app.name]
}

resource "terraform_data" "many" {
  for_each = { x = "one", y = "two" }
  input    = each.value
}

resource "aws_iam_instance_profile" "app" {
  name = terraform_data.many["y"].output
  role = terraform_data.kept.output.role
}

output "role" {
  value = terraform_data.kept.output.arn
}

output "all" {
  value = { for key, data in terraform_data.many : key => upper(data.output) }
}
