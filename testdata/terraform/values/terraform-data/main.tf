resource "terraform_data" "t" { input = { name = "from-data" } }
resource "aws_iam_role" "r" {
  name = terraform_data.t.output.name
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role" "same" {
  name = terraform_data.t.input.name
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "r" { value = aws_iam_role.r.name }
