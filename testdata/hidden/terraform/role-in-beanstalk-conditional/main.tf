variable "own_identity" {
  type    = bool
  default = true
}

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

resource "aws_elastic_beanstalk_environment" "storefront" {
  name                = "storefront"
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
    value     = var.own_identity ? aws_iam_role.storefront.name : "company-baseline"
  }
}
