resource "aws_iam_role" "c" {
  name = "c"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "name" { value = aws_iam_role.c.name }
