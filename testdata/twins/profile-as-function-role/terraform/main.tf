resource "aws_iam_role" "resize" {
  name = "resize"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["ec2.amazonaws.com", "lambda.amazonaws.com"] }
    }]
  })
}

resource "aws_iam_instance_profile" "resize" {
  name = "resize-instances"
  role = aws_iam_role.resize.name
}

resource "aws_lambda_function" "resize" {
  function_name = "resize"
  filename      = "function.zip"
  handler       = "index.handler"
  runtime       = "python3.13"
  role          = aws_iam_instance_profile.resize.arn
}
