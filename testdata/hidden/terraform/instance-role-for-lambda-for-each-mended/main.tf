locals {
  sites = toset(["blue", "green"])
}

resource "aws_iam_role" "feeds" {
  for_each = local.sites

  name = "feeds-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "feeds" {
  for_each = local.sites

  name = "feeds-${each.key}-instances"
  role = aws_iam_role.feeds[each.key].name
}

resource "aws_instance" "feeds" {
  for_each = local.sites

  ami                  = "ami-0c1d2e3f4a5b6c7d8"
  instance_type        = "t3.small"
  iam_instance_profile = aws_iam_instance_profile.feeds[each.key].name
}
