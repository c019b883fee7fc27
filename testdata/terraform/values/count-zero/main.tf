resource "aws_iam_role" "r" {
  count = 0
  name  = "none"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_instance_profile" "p" {
  count = 0
  role  = aws_iam_role.r[0].name
}
output "join" { value = join("", aws_iam_role.r[*].name) }
output "one" { value = one(aws_iam_role.r[*].name) }
output "element" { value = element(concat(aws_iam_role.r.*.name, [""]), 0) }
output "try" { value = try(aws_iam_role.r[0].name, "fallback") }
output "length" { value = length(aws_iam_role.r) }
output "conditional" { value = length(aws_iam_role.r) > 0 ? aws_iam_role.r[0].arn : "none" }
output "all" { value = aws_iam_role.r[*].name }
output "coalesce" { value = coalesce(one(aws_iam_role.r[*].name), "other") }
output "coalescelist" { value = coalescelist(aws_iam_role.r[*].name, ["other"]) }
output "concat" { value = concat(aws_iam_role.r[*].name, ["x"])[0] }
output "can" { value = can(aws_iam_role.r[0].name) }
output "for" { value = [for r in aws_iam_role.r : r.name] }
