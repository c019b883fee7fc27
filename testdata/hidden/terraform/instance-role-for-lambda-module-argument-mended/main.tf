resource "aws_iam_role" "feeds" {
  name = "feeds"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

module "feeds" {
  source   = "./modules/feeds"
  identity = aws_iam_role.feeds.name
}
