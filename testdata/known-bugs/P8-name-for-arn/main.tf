resource "aws_iam_instance_profile" "p" {
  name = "app"
  role = "operators"
}

resource "aws_launch_template" "t" {
  iam_instance_profile {
    arn = aws_iam_instance_profile.p.name
  }
}

resource "aws_launch_template" "by_id" {
  iam_instance_profile {
    arn = aws_iam_instance_profile.p.id
  }
}
