locals {
  sites = toset(["blue", "green"])
}

resource "aws_iam_role" "search" {
  for_each = local.sites

  name = "search-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "search" {
  for_each = local.sites

  name = "search-instances-${each.key}"
  role = aws_iam_role.search[each.key].name
}

resource "aws_launch_template" "search" {
  for_each = local.sites

  image_id      = "ami-0c1d2e3f4a5b6c7d8"
  instance_type = "t3.small"

  iam_instance_profile {
    name = aws_iam_instance_profile.search[each.key].id
  }
}
