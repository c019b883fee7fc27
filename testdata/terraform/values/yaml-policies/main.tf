# Policies by way of YAML: what is not quoted may become something else.
locals {
  trust  = yamldecode(file("${path.module}/trust.yaml"))
  merged = merge(local.trust, { Version = "2012-10-17" })
}

resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = jsonencode(local.merged)
}

resource "aws_iam_role_policy" "app" {
  role = aws_iam_role.app.id
  policy = jsonencode(yamldecode(<<-YAML
    Version: "2012-10-17"
    Statement:
      - Effect: Allow
        Action: ['s3:GetObject', "s3:PutObject"]
        Resource: ${aws_iam_role.app.arn}
        Condition: {Bool: {"aws:SecureTransport": true}}
  YAML
  ))
}

output "version" {
  value = local.trust.Version
}

output "yes" {
  value = yamldecode("a: yes\nb: 0x10\nc: ~\nd: 1_000")
}
