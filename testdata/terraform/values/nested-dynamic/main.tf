# Blocks in blocks: inner iterators see outer ones, and both are mixed with written blocks in their order.
variable "statements" {
  type = map(object({
    actions  = list(string)
    services = optional(map(list(string)), {})
    when     = optional(map(string), {})
  }))
  default = {}
}

data "aws_iam_policy_document" "trust" {
  statement {
    sid     = "First"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }

  dynamic "statement" {
    for_each = var.statements
    iterator = each_statement
    content {
      sid     = title(each_statement.key)
      actions = each_statement.value.actions

      dynamic "principals" {
        for_each = each_statement.value.services
        content {
          type        = principals.key
          identifiers = [for name in principals.value : "${name}.${each_statement.key}.amazonaws.com"]
        }
      }

      dynamic "condition" {
        for_each = each_statement.value.when
        iterator = it
        content {
          test     = "StringEquals"
          variable = it.key
          values   = [it.value, each_statement.key]
        }
      }
    }
  }
}

resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
