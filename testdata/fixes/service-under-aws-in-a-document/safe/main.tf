data "aws_iam_policy_document" "job" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "job" {
  name               = "job"
  assume_role_policy = data.aws_iam_policy_document.job.json
}

resource "aws_lambda_function" "job" {
  function_name = "job"
  filename      = "job.zip"
  handler       = "job.main"
  runtime       = "python3.13"
  role          = aws_iam_role.job.arn
}
