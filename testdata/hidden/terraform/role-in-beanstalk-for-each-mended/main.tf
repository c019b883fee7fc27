locals {
  sites = toset(["blue", "green"])
}

resource "aws_iam_role" "storefront" {
  for_each = local.sites

  name = "storefront-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "storefront" {
  for_each = local.sites

  name = "storefront-instances-${each.key}"
  role = aws_iam_role.storefront[each.key].name
}

resource "aws_elastic_beanstalk_environment" "storefront" {
  for_each = local.sites

  name                = "storefront-${each.key}"
  application         = "storefront"
  solution_stack_name = "64bit Amazon Linux 2023 v4.3.0 running Python 3.12"

  setting {
    namespace = "aws:autoscaling:launchconfiguration"
    name      = "InstanceType"
    value     = "t3.small"
  }

  setting {
    namespace = "aws:autoscaling:launchconfiguration"
    name      = "IamInstanceProfile"
    value     = aws_iam_instance_profile.storefront[each.key].name
  }
}
