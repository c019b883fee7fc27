resource "aws_iam_role" "clicks" {
  name = "clicks"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "clicks" {
  name = "clicks-instances"
  role = aws_iam_role.clicks.name
}

module "clicks" {
  source   = "./modules/clicks"
  identity = aws_iam_instance_profile.clicks.arn
}
