resource "aws_iam_role" "r" {
  for_each    = toset(["a", "b"])
  name_prefix = each.key
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
locals {
  arns  = { for k, r in aws_iam_role.r : k => r.arn }
  list  = [for k in sort(keys(local.arns)) : local.arns[k]]
  pairs = [for k, a in local.arns : { key = k, arn = a }]
}
resource "aws_iam_role_policy" "p" {
  for_each = aws_iam_role.r
  name     = each.key
  role     = each.value.id
  policy   = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "iam:PassRole", Resource = values(local.arns) }] })
}
resource "aws_iam_instance_profile" "p" {
  for_each = { for p in local.pairs : p.key => p }
  name     = "p-${each.value.key}"
  role     = aws_iam_role.r[each.key].name
}
output "arns" { value = local.arns }
output "list" { value = local.list }
output "lookup" { value = lookup(local.arns, "a", "none") }
output "element" { value = element(local.list, 1) }
output "slice" { value = slice(local.list, 0, 1) }
output "reverse" { value = reverse(local.list) }
output "chunk" { value = chunklist(local.list, 1) }
output "zip" { value = zipmap(["x", "y"], local.list) }
output "merge" { value = merge(local.arns, { a = "given" }) }
output "first_or" { value = length(local.list) > 0 ? local.list[0] : null }
output "json" { value = jsonencode(local.pairs) }
output "decoded" { value = jsondecode(jsonencode({ x = local.list[0] })).x }
output "split" { value = split(",", join(",", local.list)) }
