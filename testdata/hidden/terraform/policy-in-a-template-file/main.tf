resource "aws_iam_role" "uploads" {
  name               = "uploads"
  assume_role_policy = data.template_file.trust.rendered
}

resource "aws_iam_role_policy" "uploads" {
  role   = aws_iam_role.uploads.id
  policy = data.template_file.uploads.rendered
}

resource "aws_lambda_function" "uploads" {
  function_name = "uploads"
  role          = aws_iam_role.uploads.arn
}

data "aws_partition" "current" {}

data "template_file" "uploads" {
  template = file("${path.module}/uploads.json")
  vars = {
    partition = data.aws_partition.current.partition
    bucket    = "uploads"
  }
}

data "template_file" "trust" {
  template = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [{
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": { "Service": "$${service}.amazonaws.com" }
      }]
    }
  EOT
  vars     = { service = "ec2" }
}

# The same file as it is, so that it is read in both ways.
locals {
  actions = jsondecode(file("${path.module}/uploads.json")).Statement[0].Action
}
