resource "aws_iam_role" "n" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_sagemaker_notebook_instance" "n" {
  role_arn = aws_iam_role.n.arn
}
