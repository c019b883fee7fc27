locals {
  base   = "app"
  name   = "${local.base}-role"
  names  = [for i in range(3) : "${local.name}-${i}"]
  lookup = { for n in local.names : n => upper(n) }
  merged = merge(local.lookup, { extra = "x" })
  nested = { a = { b = [{ c = local.base }] } }
}
locals { again = local.nested.a.b[0].c }
resource "aws_iam_role" "r" {
  name = local.names[1]
  tags = local.merged
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "again" { value = local.again }
output "merged" { value = local.merged }
