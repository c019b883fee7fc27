resource "aws_iam_role" "all" {
  name = "all"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "all" {
  name = "all-instances"
  role = aws_iam_role.all.id
}

resource "aws_launch_template" "all" {
  image_id = "ami-0c1d2e3f4a5b6c7d8"

  iam_instance_profile {
    name = aws_iam_instance_profile.all.name
  }
}

resource "aws_batch_compute_environment" "all" {
  type = "MANAGED"

  compute_resources {
    type               = "EC2"
    instance_role      = aws_iam_instance_profile.all.arn
    instance_type      = ["optimal"]
    max_vcpus          = 32
    security_group_ids = ["sg-0a1b2c3d4e5f60718"]
    subnets            = ["subnet-0a1b2c3d4e5f60718"]
  }
}

resource "aws_emr_cluster" "all" {
  name          = "all"
  release_label = "emr-7.5.0"
  service_role  = "EMR_DefaultRole_V2"

  ec2_attributes {
    instance_profile = aws_iam_instance_profile.all.arn
  }

  master_instance_group {
    instance_type = "m5.xlarge"
  }
}

resource "aws_elastic_beanstalk_environment" "all" {
  name                = "all"
  application         = "all"
  solution_stack_name = "64bit Amazon Linux 2023 v4.3.0 running Python 3.12"

  setting {
    namespace = "aws:autoscaling:launchconfiguration"
    name      = "IamInstanceProfile"
    value     = aws_iam_instance_profile.all.id
  }
}
