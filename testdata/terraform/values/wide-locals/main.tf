variable "roles" {
  type = any
}
locals {
  flat = flatten([for r, d in var.roles : [for s in d.services : { role = r, service = s }]])
  map  = { for x in local.flat : "${x.role}-${x.service}" => x }
  inverted = transpose({ for r, d in var.roles : r => d.services })
}
resource "aws_iam_role" "r" {
  for_each = local.map
  name     = each.key
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "${each.value.service}.amazonaws.com" } }]
  })
}
output "flat" { value = local.flat }
output "inverted" { value = local.inverted }
output "names" { value = keys(aws_iam_role.r) }
