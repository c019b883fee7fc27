resource "aws_iam_role" "job" {
  name = "job"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] }
    }]
  })
}

resource "aws_lambda_function" "job" {
  function_name = "job"
  filename      = "job.zip"
  handler       = "job.main"
  runtime       = "python3.13"
  role          = aws_iam_role.job.arn
}
