resource "aws_iam_role" "a" {
  name_prefix = "a"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
data "aws_iam_policy_document" "trust" {
  count = 1
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_role.a.arn]
    }
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}
data "aws_iam_policy_document" "wrapped" {
  source_policy_documents = [data.aws_iam_policy_document.trust[0].json]
  statement {
    actions   = ["iam:PassRole"]
    resources = [aws_iam_role.a.arn, "${aws_iam_role.a.arn}/*"]
  }
}
resource "aws_iam_role" "b" {
  name               = "b"
  assume_role_policy = data.aws_iam_policy_document.trust[0].json
}
resource "aws_iam_role" "c" {
  name               = "c"
  assume_role_policy = join("", data.aws_iam_policy_document.trust[*].json)
}
resource "aws_iam_role" "d" {
  name               = "d"
  assume_role_policy = one(data.aws_iam_policy_document.trust[*].json)
}
resource "aws_iam_role_policy" "p" {
  name   = "p"
  role   = aws_iam_role.b.id
  policy = data.aws_iam_policy_document.wrapped.json
}
output "wrapped" { value = data.aws_iam_policy_document.wrapped.json }
