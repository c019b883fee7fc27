variable "name" {}
resource "aws_iam_role" "this" {
  name_prefix = var.name
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "name" { value = aws_iam_role.this.name }
output "all" { value = { arn = aws_iam_role.this.arn, id = aws_iam_role.this.id } }
