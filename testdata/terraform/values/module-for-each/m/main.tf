variable "name" {}
variable "path" {}
resource "aws_iam_role" "r" {
  name = var.name
  path = var.path
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role" "inner" {
  for_each = toset(["x", "y"])
  name     = "${var.name}-${each.key}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "name" { value = aws_iam_role.r.name }
output "arn" { value = aws_iam_role.r.arn }
output "inner" { value = { for k, r in aws_iam_role.inner : k => r.name } }
