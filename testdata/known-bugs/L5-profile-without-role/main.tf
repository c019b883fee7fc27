resource "aws_iam_instance_profile" "p" {
  name = "app"
}

resource "aws_instance" "w" {
  ami           = "ami-0c1d2e3f4a5b6c7d8"
  instance_type = "t3.small"
  iam_instance_profile = aws_iam_instance_profile.p.name
}
