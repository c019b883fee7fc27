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

resource "aws_emr_cluster" "clicks" {
  name          = "clicks"
  release_label = "emr-7.5.0"
  service_role  = "EMR_DefaultRole_V2"

  ec2_attributes {
    instance_profile = aws_iam_role.clicks.name
  }

  master_instance_group {
    instance_type = "m5.xlarge"
  }
}
