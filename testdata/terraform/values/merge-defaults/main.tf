locals {
  defaults = { path = "/", session = 3600, tags = { team = "a" } }
  roles    = { web = { session = 7200 }, db = { path = "/db/", tags = { team = "b" } } }
  full     = { for k, v in local.roles : k => merge(local.defaults, v) }
  deep     = { for k, v in local.roles : k => merge(local.defaults.tags, try(v.tags, {}), { name = k }) }
}
resource "aws_iam_role" "r" {
  for_each             = local.full
  name                 = each.key
  path                 = each.value.path
  max_session_duration = each.value.session
  tags                 = local.deep[each.key]
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "full" { value = local.full }
output "roles" { value = { for k, r in aws_iam_role.r : k => r.max_session_duration } }
