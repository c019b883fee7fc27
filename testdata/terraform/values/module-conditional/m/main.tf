variable "create" { default = true }
variable "create_role" { default = true }
variable "role" { default = null }
locals { create_role = var.create && var.create_role }
resource "aws_iam_role" "r" {
  count = local.create_role ? 1 : 0
  name_prefix = "r"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_instance_profile" "p" {
  count = var.create ? 1 : 0
  role  = var.create_role ? aws_iam_role.r[0].name : var.role
}
output "profile" { value = one(aws_iam_instance_profile.p[*].name) }
output "role" { value = try(aws_iam_role.r[0].name, var.role, "") }
