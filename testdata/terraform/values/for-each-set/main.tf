resource "aws_iam_role" "r" {
  for_each = toset(["b", "a", "b"])
  name     = "role-${each.value}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role" "none" {
  for_each = toset([])
  name     = each.key
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role" "switch" {
  for_each = true ? { on = "x" } : {}
  name     = "${each.key}-${each.value}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "names" { value = values(aws_iam_role.r)[*].name }
output "a" { value = aws_iam_role.r["a"].name }
output "none" { value = [for r in aws_iam_role.none : r.name] }
output "one" { value = one(values(aws_iam_role.none)[*].name) }
output "switch" { value = try(aws_iam_role.switch["on"].name, "off") }
output "missing" { value = try(aws_iam_role.r["zz"].name, "missing") }
output "length" { value = [length(aws_iam_role.r), length(aws_iam_role.none)] }
output "keys" { value = [for k, v in aws_iam_role.r : k] }
