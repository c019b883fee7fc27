variable "settings" {
  type = any
}

resource "aws_iam_role" "worker" {
  name = lookup(var.settings.role, "name")
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

# What is made of one variable in different ways is not the same.
resource "aws_sns_topic" "done" {
  name                             = lookup(var.settings.topic, "name", null)
  lambda_success_feedback_role_arn = lookup(var.settings.topic, "feedback_role", null)
}

resource "aws_iam_role" "web" {
  name = upper(var.settings.name)
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_flow_log" "traffic" {
  iam_role_arn    = var.settings.flow_log_role
  log_destination = "arn:aws:logs:eu-central-1:111122223333:log-group:traffic"
  vpc_id          = "vpc-0c1d2e3f4a5b6c7d8"
}

resource "aws_iam_instance_profile" "web" {
  name = var.settings.name
  role = aws_iam_role.web.name
}

# The same part by the same words is the same.
resource "aws_iam_role" "batch" {
  name = "${var.settings.batch.name}-batch"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_sns_topic" "batch" {
  name                             = "batch"
  lambda_success_feedback_role_arn = "${var.settings["batch"].name}-batch"
}
