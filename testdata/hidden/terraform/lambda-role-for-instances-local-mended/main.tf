locals {
  identity = aws_iam_role.receipts.arn
}

resource "aws_iam_role" "receipts" {
  name = "receipts"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_lambda_function" "receipts" {
  function_name = "receipts"
  filename      = "function.zip"
  handler       = "index.handler"
  runtime       = "python3.13"
  role          = local.identity
}
