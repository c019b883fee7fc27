variable "own_identity" {
  type    = bool
  default = true
}

resource "aws_iam_role" "nightly" {
  name = "nightly"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "nightly" {
  name = "nightly-instances"
  role = aws_iam_role.nightly.name
}

resource "aws_batch_compute_environment" "nightly" {
  type = "MANAGED"

  compute_resources {
    type               = "EC2"
    instance_role      = var.own_identity ? aws_iam_instance_profile.nightly.arn : "arn:aws:iam::123456789012:instance-profile/company-baseline"
    instance_type      = ["optimal"]
    max_vcpus          = 32
    security_group_ids = ["sg-0a1b2c3d4e5f60718"]
    subnets            = ["subnet-0a1b2c3d4e5f60718"]
  }
}
