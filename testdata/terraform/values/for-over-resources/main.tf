resource "aws_iam_role" "counted" {
  count = 2
  name  = "c${count.index}"
  tags  = { index = count.index }
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role" "keyed" {
  for_each = { x = "/a/", y = "/b/" }
  name     = each.key
  path     = each.value
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role" "single" {
  name = "s"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "by_index" { value = { for i, r in aws_iam_role.counted : i => r.name } }
output "tags" { value = aws_iam_role.counted[*].tags.index }
output "all" { value = concat(aws_iam_role.counted[*].name, [for r in aws_iam_role.keyed : r.name], [aws_iam_role.single.name]) }
output "paths" { value = { for r in aws_iam_role.keyed : r.path => r.arn } }
output "sorted" { value = sort([for r in aws_iam_role.keyed : r.name]) }
output "wrapped" { value = aws_iam_role.single[*].name }
output "merged" { value = merge({ for r in aws_iam_role.counted : r.name => "c" }, { for k, r in aws_iam_role.keyed : r.name => "k" }) }
output "contains" { value = contains([for r in aws_iam_role.keyed : r.name], "x") }
output "setproduct" { value = [for p in setproduct(aws_iam_role.counted[*].name, ["a"]) : join("-", p)] }
output "distinct" { value = distinct([aws_iam_role.single.name, aws_iam_role.single.name]) }
