locals { services = { web = ["ec2"], jobs = ["lambda", "states"] } }
data "aws_iam_policy_document" "trust" {
  for_each = local.services
  statement {
    sid     = "Trust${title(each.key)}"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = formatlist("%s.amazonaws.com", each.value)
    }
  }
}
resource "aws_iam_role" "r" {
  for_each           = local.services
  name               = each.key
  assume_role_policy = data.aws_iam_policy_document.trust[each.key].json
}
output "all" { value = { for k, d in data.aws_iam_policy_document.trust : k => jsondecode(d.json).Statement } }
data "aws_iam_policy_document" "combined" {
  source_policy_documents = [for k, d in data.aws_iam_policy_document.trust : d.json]
}
output "combined" { value = data.aws_iam_policy_document.combined.json }
data "aws_iam_policy_document" "values" {
  override_policy_documents = values(data.aws_iam_policy_document.trust)[*].json
}
output "values" { value = data.aws_iam_policy_document.values.json }
