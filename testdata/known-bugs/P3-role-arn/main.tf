resource "aws_instance" "web" {
  ami           = "ami-0c1d2e3f4a5b6c7d8"
  instance_type = "t3.small"
  iam_instance_profile = "arn:aws:iam::111122223333:role/p/app"
}
