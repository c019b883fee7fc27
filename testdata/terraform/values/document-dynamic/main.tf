variable "services" { type = list(string) }
variable "accounts" { type = list(string) }
locals {
  statements = {
    read  = { actions = ["s3:Get*", "s3:List*"], resources = ["*"] }
    write = { actions = ["s3:Put*"], resources = ["arn:aws:s3:::x/*"], conditions = [{ test = "Bool", variable = "aws:SecureTransport", values = ["true"] }] }
  }
}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    dynamic "principals" {
      for_each = length(var.services) > 0 ? [1] : []
      content {
        type        = "Service"
        identifiers = [for s in var.services : "${s}.amazonaws.com"]
      }
    }
    dynamic "principals" {
      for_each = length(var.accounts) > 0 ? [var.accounts] : []
      content {
        type        = "AWS"
        identifiers = principals.value
      }
    }
  }
}
data "aws_iam_policy_document" "d" {
  dynamic "statement" {
    for_each = local.statements
    content {
      sid       = title(statement.key)
      effect    = try(statement.value.effect, "Allow")
      actions   = statement.value.actions
      resources = statement.value.resources
      dynamic "condition" {
        for_each = try(statement.value.conditions, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
output "json" { value = data.aws_iam_policy_document.d.json }
