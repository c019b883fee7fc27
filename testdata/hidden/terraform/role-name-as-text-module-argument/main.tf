resource "aws_iam_role" "ledger" {
  name = "ledger"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

output "role_arn" {
  value = aws_iam_role.ledger.arn
}

module "ledger" {
  source   = "./modules/ledger"
  identity = "ledger"
}
