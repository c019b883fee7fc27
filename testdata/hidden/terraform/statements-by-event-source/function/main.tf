variable "role" {
  type = string
}

variable "sources" {
  type = any
}

locals {
  streams = [for name, source in var.sources : source.event_source_arn if length(regexall(".*:kinesis:.*", source.event_source_arn)) > 0]
}

data "aws_iam_policy_document" "sources" {
  dynamic "statement" {
    for_each = length(local.streams) > 0 ? [true] : []
    content {
      actions   = ["kinesis:GetRecords"]
      resources = local.streams
    }
  }
}

resource "aws_iam_role_policy" "sources" {
  role   = var.role
  policy = data.aws_iam_policy_document.sources.json
}
