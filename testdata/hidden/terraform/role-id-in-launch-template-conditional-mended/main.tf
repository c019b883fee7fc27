variable "own_identity" {
  type    = bool
  default = true
}

resource "aws_iam_role" "search" {
  name = "search"
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
  name = "search-instances"
  role = aws_iam_role.search.name
}

resource "aws_launch_template" "search" {
  image_id      = "ami-0c1d2e3f4a5b6c7d8"
  instance_type = "t3.small"

  iam_instance_profile {
    name = var.own_identity ? aws_iam_instance_profile.search.id : "company-baseline"
  }
}
