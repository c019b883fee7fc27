variable "create" { default = true }
variable "name" { default = "made" }
resource "aws_iam_role" "r" {
  count = var.create ? 1 : 0
  name  = var.name
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_instance_profile" "p" {
  count = var.create ? 1 : 0
  name  = var.name
  role  = aws_iam_role.r[0].name
}
resource "aws_instance" "i" {
  ami                  = "ami-1"
  instance_type        = "t3.micro"
  iam_instance_profile = var.create ? aws_iam_instance_profile.p[0].name : null
}
output "join" { value = join("", aws_iam_role.r[*].arn) }
output "one" { value = one(aws_iam_role.r[*].arn) }
output "try" { value = try(aws_iam_role.r[0].arn, "none") }
