resource "aws_iam_role" "r" {
  name_prefix = "r"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role" "k" {
  name = "known"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
data "aws_caller_identity" "me" {}
data "aws_partition" "p" {}
output "split" { value = split("/", aws_iam_role.r.arn)[1] }
output "element" { value = element(split("/", aws_iam_role.r.arn), 1) }
output "basename" { value = basename(aws_iam_role.r.arn) }
resource "aws_iam_instance_profile" "pathed" {
  name_prefix = "p"
  path        = "/a/b/"
}
output "pathed" { value = [split("/", aws_iam_instance_profile.pathed.arn)[1], split("/", aws_iam_instance_profile.pathed.arn)[3]] }
output "built" { value = "arn:aws:iam::123456789012:role/${aws_iam_role.r.name}" }
output "identity" { value = "arn:${data.aws_partition.p.partition}:iam::${data.aws_caller_identity.me.account_id}:role/${aws_iam_role.k.name}" }
output "starts" { value = startswith(aws_iam_role.r.arn, "arn:") }
output "format" { value = format("%s-%s", aws_iam_role.r.name, aws_iam_role.k.name) }
output "replace" { value = replace(aws_iam_role.k.name, "kn", "un") }
output "upper" { value = upper(aws_iam_role.k.name) }
