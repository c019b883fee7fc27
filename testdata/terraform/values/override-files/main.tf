variable "name" { default = "first" }
locals {
  a = "main"
  b = "main"
}
resource "aws_iam_role" "r" {
  name = "main"
  path = "/main/"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_launch_template" "t" {
  name = "t"
  iam_instance_profile { name = "main" }
  tags = { from = "main" }
}
module "m" {
  source = "./m"
  name   = "main"
}
output "o" { value = "main" }
output "all" { value = [var.name, local.a, local.b, module.m.name] }
