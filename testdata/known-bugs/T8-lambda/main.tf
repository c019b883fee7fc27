resource "aws_iam_role" "other" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "events.amazonaws.com" } }]
  })
}

resource "aws_iam_role" "typo" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lamda.amazonaws.com" } }]
  })
}

resource "aws_iam_role" "edge" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "edgelambda.amazonaws.com" } }]
  })
}

resource "aws_lambda_function" "other" {
  role = aws_iam_role.other.arn
}

resource "aws_lambda_function" "typo" {
  role = aws_iam_role.typo.arn
}

resource "aws_lambda_function" "edge" {
  role = aws_iam_role.edge.arn
}
