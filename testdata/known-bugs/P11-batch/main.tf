resource "aws_iam_role" "ecs" {
  name = "ecs"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_batch_compute_environment" "b" {
  type = "MANAGED"
  compute_resources {
    type          = "EC2"
    instance_role = aws_iam_role.ecs.arn
  }
}
