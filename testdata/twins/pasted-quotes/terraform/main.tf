resource "aws_iam_role" "pasted" {
  name               = "pasted"
  assume_role_policy = <<-JSON
    {
      “Version”: “2012-10-17”,
      “Statement”: [
        {
          “Effect”: “Allow”,
          “Action”: “sts:AssumeRole”,
          “Principal”: { “Service”: “lambda.amazonaws.com” }
        }
      ]
    }
  JSON
}

resource "aws_lambda_function" "pasted" {
  function_name = "pasted"
  filename      = "function.zip"
  handler       = "index.handler"
  runtime       = "python3.13"
  role          = aws_iam_role.pasted.arn
}
