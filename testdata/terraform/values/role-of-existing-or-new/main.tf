variable "existing_role" {
  type    = string
  default = null
}
variable "create_role" {
  type    = bool
  default = null
}
locals {
  create = coalesce(var.create_role, var.existing_role == null)
  role   = local.create ? one(aws_iam_role.this[*].name) : var.existing_role
}
resource "aws_iam_role" "this" {
  count = local.create ? 1 : 0
  name  = "new"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_instance_profile" "p" {
  name = "p"
  role = local.role
}
output "role" { value = local.role }
