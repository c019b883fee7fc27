variable "identity" {
  type = string
}

resource "aws_iam_instance_profile" "feeds" {
  name = "feeds-instances"
  role = var.identity
}

resource "aws_instance" "feeds" {
  ami                  = "ami-0c1d2e3f4a5b6c7d8"
  instance_type        = "t3.small"
  iam_instance_profile = aws_iam_instance_profile.feeds.name
}
