resource "aws_iam_role" "fleet" {
  name = "fleet"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "fleet" {
  name = "fleet-instances"
  role = aws_iam_role.fleet.name
}

resource "aws_launch_template" "fleet" {
  image_id = "ami-0c1d2e3f4a5b6c7d8"

  iam_instance_profile {
    arn = aws_iam_instance_profile.fleet.id
  }
}
