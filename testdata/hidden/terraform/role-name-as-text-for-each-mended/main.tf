locals {
  sites = toset(["blue", "green"])
}

resource "aws_iam_role" "ledger" {
  for_each = local.sites

  name = "ledger-${each.key}"
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
  for_each = local.sites

  name = "ledger-instances-${each.key}"
  role = aws_iam_role.ledger[each.key].name
}

output "role_arn" {
  value = [for role in aws_iam_role.ledger : role.arn]
}

resource "aws_instance" "ledger" {
  for_each = local.sites

  ami                  = "ami-0c1d2e3f4a5b6c7d8"
  instance_type        = "t3.small"
  iam_instance_profile = aws_iam_instance_profile.ledger[each.key].name
}
