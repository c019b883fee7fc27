resource "aws_iam_role" "s" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_ecs_service" "s" {
  name     = "s"
  iam_role = aws_iam_role.s.arn
}
