data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "checkout" {
  name               = "checkout"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_ecs_task_definition" "checkout" {
  family                = "checkout"
  container_definitions = jsonencode([{ name = "main", image = "registry.example/checkout:1", memory = 512 }])
  task_role_arn         = aws_iam_role.checkout.arn
}
