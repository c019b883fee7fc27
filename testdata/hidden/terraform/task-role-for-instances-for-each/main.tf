locals {
  sites = toset(["blue", "green"])
}

resource "aws_iam_role" "checkout" {
  for_each = local.sites

  name = "checkout-${each.key}"
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
  for_each = local.sites

  family                = "checkout-${each.key}"
  container_definitions = jsonencode([{ name = "main", image = "registry.example/checkout:1", memory = 512 }])
  task_role_arn         = aws_iam_role.checkout[each.key].arn
}
