resource "aws_iam_role" "t" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_ecs_task_definition" "t" {
  family             = "t"
  task_role_arn      = aws_iam_role.t.arn
  execution_role_arn = aws_iam_role.t.arn
}
