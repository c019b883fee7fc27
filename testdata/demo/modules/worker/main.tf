variable "instance_profile" {
  description = "Name of the instance profile the workers run with."
  type        = string
}

resource "aws_launch_template" "worker" {
  name_prefix   = "worker-"
  image_id      = "ami-0abcdef1234567890"
  instance_type = "t3.medium"

  iam_instance_profile {
    name = var.instance_profile
  }
}
