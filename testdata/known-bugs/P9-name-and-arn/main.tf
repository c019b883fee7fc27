resource "aws_iam_instance_profile" "p" {
  name = "workers"
  role = "operators"
}

resource "aws_launch_template" "t" {
  iam_instance_profile {
    name = "app"
    arn  = aws_iam_instance_profile.p.arn
  }
}

variable "arn" {
  type    = string
  default = null
}

resource "aws_launch_template" "either" {
  iam_instance_profile {
    name = var.arn == null ? aws_iam_instance_profile.p.name : null
    arn  = var.arn
  }
}
