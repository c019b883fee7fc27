resource "aws_iam_role" "ignored" {
  name = "ignored"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
  lifecycle { ignore_changes = [assume_role_policy, tags] }
}
resource "aws_iam_role" "all" {
  name = "all"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
  lifecycle { ignore_changes = all }
}
resource "aws_iam_role" "other" {
  name = "other"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
  lifecycle { ignore_changes = [tags] }
}
output "name" { value = aws_iam_role.ignored.name }
