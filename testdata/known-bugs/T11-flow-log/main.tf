resource "aws_iam_role" "l" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "cloudtrail.amazonaws.com" } }]
  })
}

resource "aws_flow_log" "l" {
  iam_role_arn = aws_iam_role.l.arn
}
