resource "aws_iam_role" "receipts" {
  name = "receipts"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

output "identity" {
  value = aws_iam_role.receipts.arn
}
