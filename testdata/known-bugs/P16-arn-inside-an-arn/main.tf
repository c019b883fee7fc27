variable "account" {
  type = string
}

resource "aws_iam_role" "r" {
  name = "worker"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = "arn:aws:iam::${var.account}:role/${aws_iam_role.r.arn}"
}
