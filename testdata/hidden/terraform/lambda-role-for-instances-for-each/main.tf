locals {
  sites = toset(["blue", "green"])
}

resource "aws_iam_role" "receipts" {
  for_each = local.sites

  name = "receipts-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_lambda_function" "receipts" {
  for_each = local.sites

  function_name = "receipts-${each.key}"
  filename      = "function.zip"
  handler       = "index.handler"
  runtime       = "python3.13"
  role          = aws_iam_role.receipts[each.key].arn
}
