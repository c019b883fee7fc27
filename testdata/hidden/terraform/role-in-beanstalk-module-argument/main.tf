resource "aws_iam_role" "storefront" {
  name = "storefront"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

module "storefront" {
  source   = "./modules/storefront"
  identity = aws_iam_role.storefront.name
}
