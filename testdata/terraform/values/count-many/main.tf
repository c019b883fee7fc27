resource "aws_iam_role" "r" {
  count = 3
  name  = "r-${count.index + 1}"
  path  = count.index == 0 ? "/" : "/p${count.index}/"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_instance_profile" "p" {
  count = length(aws_iam_role.r)
  name  = "p-${count.index}"
  role  = aws_iam_role.r[count.index].name
}
output "names" { value = aws_iam_role.r[*].name }
output "arns" { value = aws_iam_role.r.*.arn }
output "map" { value = { for r in aws_iam_role.r : r.name => r.arn } }
output "zip" { value = zipmap(aws_iam_role.r[*].name, aws_iam_instance_profile.p[*].name) }
output "last" { value = element(aws_iam_role.r[*].name, length(aws_iam_role.r) - 1) }
output "joined" { value = join(",", aws_iam_role.r[*].arn) }
output "slice" { value = slice(aws_iam_role.r[*].name, 1, 3) }
