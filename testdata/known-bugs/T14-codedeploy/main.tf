resource "aws_iam_role" "c" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_codedeploy_deployment_group" "c" {
  service_role_arn = aws_iam_role.c.arn
}
