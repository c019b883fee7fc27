data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "receipts" {
  name               = "receipts"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_lambda_function" "receipts" {
  function_name = "receipts"
  filename      = "function.zip"
  handler       = "index.handler"
  runtime       = "python3.13"
  role          = aws_iam_role.receipts.arn
}
