variable "users" {
  type = list(object({ name = string, admin = optional(bool, false) }))
}
resource "aws_iam_role" "r" {
  for_each = { for u in var.users : u.name => u if u.admin }
  name     = "admin-${each.key}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "grouped" { value = { for u in var.users : u.admin ? "admins" : "others" => u.name... } }
output "names" { value = [for r in aws_iam_role.r : r.name] }
