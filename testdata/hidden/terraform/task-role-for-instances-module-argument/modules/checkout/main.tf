variable "identity" {
  type = string
}

resource "aws_ecs_task_definition" "checkout" {
  family                = "checkout"
  container_definitions = jsonencode([{ name = "main", image = "registry.example/checkout:1", memory = 512 }])
  task_role_arn         = var.identity
}
