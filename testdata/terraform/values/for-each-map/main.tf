locals {
  roles = {
    web    = { path = "/web/", service = "ec2.amazonaws.com" }
    lambda = { path = "/", service = "lambda.amazonaws.com" }
  }
}
resource "aws_iam_role" "r" {
  for_each = local.roles
  name     = each.key
  path     = each.value.path
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = each.value.service } }]
  })
}
resource "aws_iam_instance_profile" "p" {
  for_each = aws_iam_role.r
  name     = "p-${each.key}"
  role     = each.value.name
}
output "names" { value = { for k, r in aws_iam_role.r : k => r.name } }
output "web" { value = aws_iam_role.r["web"].arn }
output "values" { value = values(aws_iam_role.r)[*].name }
output "keys" { value = keys(aws_iam_role.r) }
output "filter" { value = [for k, r in aws_iam_role.r : r.arn if r.path == "/"] }
output "lookup" { value = lookup(local.roles, "web", null).path }
output "profiles" { value = [for p in aws_iam_instance_profile.p : p.name] }
