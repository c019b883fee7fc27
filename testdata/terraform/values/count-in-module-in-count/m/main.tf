variable "number" { type = number }
resource "aws_iam_role" "r" {
  count = var.number + 1
  name  = "r-${var.number}-${count.index}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "names" { value = aws_iam_role.r[*].name }
