resource "aws_iam_role" "task" {
  name = "task"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" }, Resource = "*" }]
  })
}

resource "aws_iam_role_policy" "task" {
  name   = "task"
  role   = aws_iam_role.task.name
  policy = data.aws_iam_policy_document.task.json
}

data "aws_iam_policy_document" "task" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}

resource "aws_ecs_task_definition" "task" {
  family                = "task"
  task_role_arn         = aws_iam_role.task.arn
  execution_role_arn    = aws_iam_role.task.name
  container_definitions = "[]"
}
