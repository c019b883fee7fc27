resource "aws_iam_role" "cart" {
  name = "cart"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs.amazonaws.com" }
    }]
  })
}

resource "aws_ecs_task_definition" "cart" {
  family                = "cart"
  container_definitions = jsonencode([{ name = "main", image = "registry.example/cart:1", memory = 512 }])
  task_role_arn         = aws_iam_role.cart.arn
}
