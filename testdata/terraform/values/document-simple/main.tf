data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}
data "aws_iam_policy_document" "lists" {
  version   = "2008-10-17"
  policy_id = "the-id"
  statement {
    sid       = "One"
    effect    = "Deny"
    actions   = ["s3:Get*", "s3:Put*", "s3:Get*"]
    resources = ["arn:aws:s3:::b", "arn:aws:s3:::a"]
  }
  statement {
    not_actions   = ["iam:*"]
    not_resources = ["*"]
  }
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
output "lists" { value = data.aws_iam_policy_document.lists.json }
output "minified" { value = data.aws_iam_policy_document.trust.minified_json }
