variable "more" {
  type = list(object({ type = string, identifiers = list(string) }))
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lamda.amazonaws.com"]
    }

    dynamic "principals" {
      for_each = var.more
      content {
        type        = principals.value.type
        identifiers = principals.value.identifiers
      }
    }
  }
}

resource "aws_iam_role" "job" {
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
