variable "stage" {
  type = string
}

locals {
  stages = {
    test = {
      profile = aws_iam_instance_profile.web.name
      size    = "t3.micro"
    }
    live = {
      profile = aws_iam_role.web.name
      size    = "m7i.large"
    }
  }
  stage = local.stages[var.stage]
}

resource "aws_iam_role" "web" {
  name_prefix = "web-"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = { test = "ec2.amazonaws.com", live = "ec2.amazonaws.com" }[var.stage] }
    }]
  })
}

resource "aws_iam_instance_profile" "web" {
  role = aws_iam_role.web.name
}

resource "aws_instance" "web" {
  ami                  = "ami-0c1d2e3f4a5b6c7d8"
  instance_type        = local.stage.size
  iam_instance_profile = local.stage.profile
}

# Every key means the same service, and it is the wrong one.
resource "aws_iam_role" "job" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = { test = "ec2.amazonaws.com", live = "ec2.amazonaws.com" }[var.stage] }
    }]
  })
}

resource "aws_lambda_function" "job" {
  function_name = "job"
  role          = aws_iam_role.job.arn
  handler       = "job.main"
  runtime       = "python3.12"
  filename      = "job.zip"
}
