resource "aws_iam_role" "worker" {
  name_prefix = "worker-"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_instance_profile" "worker" {
  role = aws_iam_role.worker.name
}

resource "aws_instance" "worker" {
  ami                  = "ami-12345678"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.worker.name
}

resource "aws_lambda_function" "worker" {
  function_name = "worker"
  handler       = "worker.main"
  runtime       = "python3.12"
  filename      = "worker.zip"
  role          = aws_iam_role.worker.arn
}

# The name is a part of a longer text here, which a plan alone does not show.
resource "aws_lambda_function" "built" {
  function_name = "built"
  handler       = "worker.main"
  runtime       = "python3.12"
  filename      = "worker.zip"
  role          = "arn:aws:iam::123456789012:role/${aws_iam_role.worker.name}"
}
