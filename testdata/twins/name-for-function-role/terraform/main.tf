resource "aws_iam_role" "quote" {
  name = "quote"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_lambda_function" "quote" {
  function_name = "quote"
  filename      = "function.zip"
  handler       = "index.handler"
  runtime       = "python3.13"
  role          = aws_iam_role.quote.name
}
