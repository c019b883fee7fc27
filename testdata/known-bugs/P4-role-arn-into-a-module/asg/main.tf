variable "profile_arn" {
  type = string
}

resource "aws_launch_template" "this" {
  iam_instance_profile {
    arn = var.profile_arn
  }
}
