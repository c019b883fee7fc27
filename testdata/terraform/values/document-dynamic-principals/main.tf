locals {
  trusted = [
    { type = "Service", identifiers = ["ec2.amazonaws.com"] },
    { type = "AWS", identifiers = [] },
    { type = "AWS", identifiers = ["arn:aws:iam::111111111111:root"] },
  ]
  conditions = { StringEquals = { "aws:SourceAccount" = ["123456789012"] }, ArnLike = { "aws:SourceArn" = ["arn:aws:x:*", "arn:aws:w:*"] } }
}
data "aws_iam_policy_document" "d" {
  statement {
    sid     = ""
    actions = compact(["sts:AssumeRole", "", null, "sts:TagSession"])
    dynamic "principals" {
      for_each = [for t in local.trusted : t if length(t.identifiers) > 0]
      content {
        type        = principals.value["type"]
        identifiers = principals.value["identifiers"]
      }
    }
    dynamic "condition" {
      for_each = flatten([for test, keys in local.conditions : [for k, v in keys : { test = test, key = k, values = v }]])
      iterator = c
      content {
        test     = c.value.test
        variable = c.value.key
        values   = c.value.values
      }
    }
  }
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = data.aws_iam_policy_document.d.minified_json
}
output "json" { value = data.aws_iam_policy_document.d.json }
