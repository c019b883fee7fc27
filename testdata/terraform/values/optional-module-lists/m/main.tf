variable "policies" {
  type    = list(string)
  default = []
}
variable "inline" {
  type    = map(string)
  default = {}
}
resource "aws_iam_role" "r" {
  name_prefix = "r"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role_policy_attachment" "a" {
  count      = length(var.policies)
  role       = aws_iam_role.r.name
  policy_arn = var.policies[count.index]
}
resource "aws_iam_role_policy" "i" {
  for_each = var.inline
  name     = each.key
  role     = aws_iam_role.r.id
  policy   = each.value
}
output "attached" { value = aws_iam_role_policy_attachment.a[*].policy_arn }
output "inline" { value = [for p in aws_iam_role_policy.i : p.name] }
output "count" { value = length(var.policies) + length(var.inline) }
