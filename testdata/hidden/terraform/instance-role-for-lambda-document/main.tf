data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "feeds" {
  name               = "feeds"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_instance_profile" "feeds" {
  name = "feeds-instances"
  role = aws_iam_role.feeds.name
}

resource "aws_instance" "feeds" {
  ami                  = "ami-0c1d2e3f4a5b6c7d8"
  instance_type        = "t3.small"
  iam_instance_profile = aws_iam_instance_profile.feeds.name
}
