resource "aws_iam_role" "receipts" {
  name = "receipts"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

module "receipts" {
  source   = "./modules/receipts"
  identity = aws_iam_role.receipts.arn
}
