resource "aws_iam_role" "hall" {
  name = "hall"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_lambda_function" "hall" {
  function_name = "hall"
  filename      = "function.zip"
  handler       = "index.handler"
  runtime       = "python3.13"
  role          = aws_iam_role.hall.arn
}

resource "aws_iam_role_policy" "hall" {
  name = "read"
  role = aws_iam_role.hall.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "s3:GetObject"
      Principal = { Service = "lambda.amazonaws.com" }
      Resource  = "arn:aws:s3:::example-hall/*"
    }]
  })
}
