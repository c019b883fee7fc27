resource "aws_iam_role" "render" {
  name = "render"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"] }
    }]
  })
}

resource "aws_iam_instance_profile" "render" {
  name = "render-instances"
  role = aws_iam_role.render.name
}

resource "aws_ecs_task_definition" "render" {
  family                = "render"
  container_definitions = jsonencode([{ name = "main", image = "registry.example/render:1", memory = 512 }])
  task_role_arn         = aws_iam_instance_profile.render.arn
}
