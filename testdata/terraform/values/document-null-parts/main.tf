data "aws_iam_policy_document" "d" {
  source_policy_documents   = null
  override_policy_documents = []
  statement {
    sid           = null
    effect        = null
    actions       = ["s3:*"]
    not_actions   = null
    resources     = ["*"]
    not_resources = []
  }
}
data "aws_iam_policy_document" "empty" {}
data "aws_iam_policy_document" "text" {
  source_policy_documents = [file("${path.module}/p.json"), <<EOF
{"Version": "2012-10-17", "Statement": [{"Sid": "Two", "Effect": "Allow", "Action": ["a:1", "a:2"], "Resource": "*", "Principal": {"AWS": ["x", "y"]}}]}
EOF
  ]
}
output "d" { value = data.aws_iam_policy_document.d.json }
output "empty" { value = data.aws_iam_policy_document.empty.json }
output "text" { value = data.aws_iam_policy_document.text.json }
output "encoded" { value = jsonencode({ policy = jsondecode(data.aws_iam_policy_document.d.json) }) }
