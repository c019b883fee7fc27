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

resource "aws_iam_instance_profile" "ledger" {
  name = "ledger-instances"
  role = aws_iam_role.ledger.name
}

output "role_arn" {
  value = aws_iam_role.ledger.arn
}

module "ledger" {
  source   = "./modules/ledger"
  identity = aws_iam_instance_profile.ledger.name
}
