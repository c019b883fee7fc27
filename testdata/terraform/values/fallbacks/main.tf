resource "aws_iam_role" "r" {
  name_prefix = "r"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
locals {
  nothing = null
  empty   = ""
  list    = []
}
output "a" { value = coalesce(local.nothing, aws_iam_role.r.name, "x") }
output "b" { value = coalesce(local.empty, "x") }
output "c" { value = try(local.list[0], aws_iam_role.r.arn) }
output "d" { value = try(aws_iam_role.r.arn, "x") }
output "e" { value = compact([aws_iam_role.r.name, "", null]) }
output "f" { value = coalescelist(local.list, [aws_iam_role.r.name]) }
output "g" { value = aws_iam_role.r.arn != "" ? aws_iam_role.r.arn : "none" }
output "h" { value = local.nothing == null ? aws_iam_role.r.id : local.nothing }
output "i" { value = element(compact(concat([local.nothing], [aws_iam_role.r.name])), 0) }
output "j" { value = lookup({ a = aws_iam_role.r.name }, "a", "x") }
output "k" { value = lookup({}, "a", aws_iam_role.r.name) }
output "l" { value = flatten([[aws_iam_role.r.name], [], [["x"]]]) }
output "m" { value = one([for x in [local.nothing, aws_iam_role.r.name] : x if x != null]) }
output "n" { value = can(local.nothing.x) }
