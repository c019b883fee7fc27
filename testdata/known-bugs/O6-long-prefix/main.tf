resource "aws_iam_role" "r" {
  name_prefix = "this-prefix-is-a-little-longer-than-it-may-be"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}
