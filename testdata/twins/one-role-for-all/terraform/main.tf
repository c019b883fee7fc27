resource "aws_iam_role" "any" {
  name = "any"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["ec2.amazonaws.com", "lambda.amazonaws.com", "ecs-tasks.amazonaws.com"] }
    }]
  })
}

resource "aws_iam_instance_profile" "any" {
  name = "any-instances"
  role = aws_iam_role.any.name
}

resource "aws_instance" "any" {
  ami                  = "ami-0c1d2e3f4a5b6c7d8"
  instance_type        = "t3.small"
  iam_instance_profile = aws_iam_instance_profile.any.name
}

resource "aws_lambda_function" "any" {
  function_name = "any"
  filename      = "function.zip"
  handler       = "index.handler"
  runtime       = "python3.13"
  role          = aws_iam_role.any.arn
}

resource "aws_ecs_task_definition" "any" {
  family                = "any"
  container_definitions = jsonencode([{ name = "main", image = "registry.example/any:1", memory = 512 }])
  task_role_arn         = aws_iam_role.any.arn
}
