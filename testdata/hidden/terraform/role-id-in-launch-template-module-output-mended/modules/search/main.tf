variable "identity" {
  type = string
}

resource "aws_launch_template" "search" {
  image_id      = "ami-0c1d2e3f4a5b6c7d8"
  instance_type = "t3.small"

  iam_instance_profile {
    name = var.identity
  }
}
