data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::home/&{aws:username}/*"]
    condition {
      test     = "StringLike"
      variable = "aws:PrincipalArn"
      values   = ["b", "a"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:PrincipalArn"
      values   = ["c"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = [true]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalTag/x"
      values   = ["&{aws:username}"]
    }
    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = [""]
    }
  }
}
output "json" { value = data.aws_iam_policy_document.d.json }
