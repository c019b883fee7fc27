terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 4.0" }
  }
}

resource "aws_iam_instance_profile" "p" {
  name  = "p"
  roles = ["operators"]
}
