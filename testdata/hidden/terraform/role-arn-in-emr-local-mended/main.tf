locals {
  identity = aws_iam_instance_profile.clicks.arn
}

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

resource "aws_emr_cluster" "clicks" {
  name          = "clicks"
  release_label = "emr-7.5.0"
  applications  = ["Spark"]
  service_role  = "EMR_DefaultRole_V2"

  ec2_attributes {
    instance_profile = local.identity
    subnet_id        = "subnet-0a1b2c3d4e5f60718"
  }

  master_instance_group {
    instance_type = "m5.xlarge"
  }
}
