locals {
  sites = toset(["blue", "green"])
}

resource "aws_iam_role" "orders" {
  for_each = local.sites

  name = "orders-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_instance" "orders" {
  for_each = local.sites

  ami                  = "ami-0c1d2e3f4a5b6c7d8"
  instance_type        = "t3.small"
  iam_instance_profile = aws_iam_role.orders[each.key].name
}
