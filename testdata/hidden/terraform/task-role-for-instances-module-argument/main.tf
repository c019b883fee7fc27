resource "aws_iam_role" "checkout" {
  name = "checkout"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["ecs.amazonaws.com", "ec2.amazonaws.com"] }
    }]
  })
}

module "checkout" {
  source   = "./modules/checkout"
  identity = aws_iam_role.checkout.arn
}
