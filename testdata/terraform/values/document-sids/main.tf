# Statements replace one another by their Sid, versions by which is greater.
data "aws_iam_policy_document" "base" {
  version   = "2008-10-17"
  policy_id = "base"

  statement {
    sid       = "Keep"
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }

  statement {
    sid       = "Change"
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::a/*"]
  }

  statement {
    actions   = ["s3:ListBucket"]
    resources = ["arn:aws:s3:::a"]
  }
}

data "aws_iam_policy_document" "merged" {
  source_policy_documents = [data.aws_iam_policy_document.base.json, null]

  override_policy_documents = [
    jsonencode({
      Version = "2012-10-17"
      Id      = "override"
      Statement = [
        { Sid = "Change", Effect = "Deny", Action = "s3:*", Resource = "*" },
        { Sid = "New", Effect = "Allow", Action = ["s3:B", "s3:A"], Resource = "*" },
        { Effect = "Allow", Action = "s3:C", Resource = "*" },
      ]
    }),
  ]

  statement {
    sid           = "Own"
    not_actions   = ["iam:*", "sts:*"]
    not_resources = ["arn:aws:iam::&{aws:username}"]

    condition {
      test     = "StringLike"
      variable = "aws:PrincipalTag/team"
      values   = ["&{aws:username}", "b"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:PrincipalTag/team"
      values   = ["c"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = [true]
    }
  }
}

resource "aws_iam_policy" "merged" {
  name   = "merged"
  policy = data.aws_iam_policy_document.merged.json
}

output "id" {
  value = jsondecode(data.aws_iam_policy_document.merged.json).Id
}

output "version" {
  value = jsondecode(data.aws_iam_policy_document.merged.json).Version
}

output "sids" {
  value = [for statement in jsondecode(data.aws_iam_policy_document.merged.json).Statement : try(statement.Sid, "none")]
}
