locals {
  names = toset(["a", "b"])
}

resource "aws_iam_role" "each" {
  for_each = local.names
  name     = "each-${each.key}"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = ["ec2.amazonaws.com", "lambda.amazonaws.com"] } }]
  })
}

resource "aws_iam_instance_profile" "each" {
  for_each = aws_iam_role.each
  name     = each.value.name
  role     = each.value.name
}

resource "aws_instance" "each" {
  for_each             = local.names
  ami                  = "ami-12345678"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.each[each.key].name
}

resource "aws_lambda_function" "each" {
  for_each      = local.names
  function_name = each.key
  handler       = "main.main"
  runtime       = "python3.12"
  filename      = "main.zip"
  role          = aws_iam_role.each[each.key].arn
}
