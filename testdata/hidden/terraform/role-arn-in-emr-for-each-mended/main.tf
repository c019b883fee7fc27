locals {
  sites = toset(["blue", "green"])
}

resource "aws_iam_role" "clicks" {
  for_each = local.sites

  name = "clicks-${each.key}"
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
  for_each = local.sites

  name = "clicks-instances-${each.key}"
  role = aws_iam_role.clicks[each.key].name
}

resource "aws_emr_cluster" "clicks" {
  for_each = local.sites

  name          = "clicks-${each.key}"
  release_label = "emr-7.5.0"
  applications  = ["Spark"]
  service_role  = "EMR_DefaultRole_V2"

  ec2_attributes {
    instance_profile = aws_iam_instance_profile.clicks[each.key].arn
    subnet_id        = "subnet-0a1b2c3d4e5f60718"
  }

  master_instance_group {
    instance_type = "m5.xlarge"
  }
}
