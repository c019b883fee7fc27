resource "aws_iam_role" "arn" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = "arn:aws:iam::111122223333:role/x" }]
  })
}

resource "aws_iam_role" "service" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = "lambda.amazonaws.com" }]
  })
}

resource "aws_iam_role" "case" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { service = "lambda.amazonaws.com" } }]
  })
}
