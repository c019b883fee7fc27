variable "roles" {
  type = map(object({
    name   = optional(string)
    path   = optional(string, "/")
    tags   = optional(map(string), {})
    nested = optional(object({ a = optional(string, "inner"), b = optional(number) }), {})
  }))
}
resource "aws_iam_role" "r" {
  for_each = var.roles
  name     = coalesce(each.value.name, each.key)
  path     = each.value.path
  tags     = each.value.tags
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "roles" { value = var.roles }
output "names" { value = { for k, r in aws_iam_role.r : k => r.name } }
