resource "aws_iam_role" "web" {
  name = "web"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "web" {
  name = "web-instances"
  role = aws_iam_role.web.name
}

resource "aws_instance" "web" {
  ami                  = "ami-0c1d2e3f4a5b6c7d8"
  instance_type        = "t3.small"
  iam_instance_profile = aws_iam_role.web.name
}

resource "aws_launch_template" "web" {
  image_id = "ami-0c1d2e3f4a5b6c7d8"

  iam_instance_profile {
    name = aws_iam_instance_profile.web.arn
  }
}

resource "aws_iam_role" "job" {
  name = "job"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_lambda_function" "job" {
  function_name = "job"
  filename      = "function.zip"
  handler       = "index.handler"
  runtime       = "python3.13"
  role          = aws_iam_role.job.arn
}

resource "aws_lambda_function" "late" {
  function_name = "late"
  filename      = "function.zip"
  handler       = "index.handler"
  runtime       = "python3.13"
  role          = aws_iam_role.job.name
}
