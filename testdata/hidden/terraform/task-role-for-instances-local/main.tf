locals {
  identity = aws_iam_role.checkout.arn
}

resource "aws_iam_role" "checkout" {
  name = "checkout"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["ecs.amazonaws.com", "ec2.amazonaws.com"] }
    }]
  })
}

resource "aws_ecs_task_definition" "checkout" {
  family                = "checkout"
  container_definitions = jsonencode([{ name = "main", image = "registry.example/checkout:1", memory = 512 }])
  task_role_arn         = local.identity
}
