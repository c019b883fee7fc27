data "aws_iam_policy_document" "servers" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "functions" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "web" {
  name               = "web"
  assume_role_policy = data.aws_iam_policy_document.servers.json
}

resource "aws_iam_role_policy" "web" {
  name = "read-pictures"
  role = aws_iam_role.web.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = "arn:aws:s3:::example-shop-pictures/*"
    }]
  })
}

resource "aws_iam_role" "invoices" {
  name               = "invoice-printer"
  assume_role_policy = data.aws_iam_policy_document.servers.json
}

resource "aws_iam_role" "cleanup" {
  name               = "cleanup"
  assume_role_policy = data.aws_iam_policy_document.servers.json
}

resource "aws_iam_role" "report" {
  name               = "report"
  assume_role_policy = data.aws_iam_policy_document.functions.json
}
