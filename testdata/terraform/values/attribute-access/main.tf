resource "aws_iam_role" "r" {
  name                 = "r"
  max_session_duration = 7200
  tags                 = { Name = "x", "a b" = 1 }
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role" "copy" {
  name                 = "${aws_iam_role.r.tags.Name}-${aws_iam_role.r.tags["a b"]}"
  max_session_duration = aws_iam_role.r.max_session_duration
  path                 = aws_iam_role.r.path
  assume_role_policy   = aws_iam_role.r.assume_role_policy
}
output "computed" { value = aws_iam_role.r.create_date }
output "tags" { value = aws_iam_role.r.tags }
output "merged" { value = merge(aws_iam_role.r.tags, { more = aws_iam_role.copy.arn }) }
output "path" { value = aws_iam_role.r.path }
