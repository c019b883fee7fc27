data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Base"
    actions   = ["s3:Get*"]
    resources = ["*"]
  }
  statement {
    actions   = ["ec2:*"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "second" {
  policy_id = "second"
  statement {
    sid       = "Second"
    actions   = ["sqs:*"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "over" {
  statement {
    sid       = "Base"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = ["*"]
  }
  statement {
    sid       = "New"
    actions   = ["sns:*"]
    resources = ["*"]
  }
  statement {
    actions   = ["kms:*"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "d" {
  source_policy_documents = [data.aws_iam_policy_document.base.json, data.aws_iam_policy_document.second.json]
  statement {
    sid       = "Second"
    actions   = ["sqs:Send*"]
    resources = ["*"]
  }
  statement {
    sid       = "Own"
    actions   = ["iam:PassRole"]
    resources = ["*"]
  }
  override_policy_documents = [
    data.aws_iam_policy_document.over.json,
    jsonencode({ Version = "2012-10-17", Id = "last", Statement = [{ Sid = "Own", Effect = "Deny", Action = "iam:*", Resource = "*" }] }),
  ]
}
data "aws_iam_policy_document" "sources_only" {
  source_policy_documents = [
    jsonencode({ Version = "2008-10-17", Statement = [{ Sid = "X", Effect = "Allow", Action = ["a:b"], Resource = ["*"] }] }),
    null,
  ]
}
output "json" { value = data.aws_iam_policy_document.d.json }
output "only" { value = data.aws_iam_policy_document.sources_only.json }
