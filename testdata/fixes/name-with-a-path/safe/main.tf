resource "aws_instance" "app" {
  ami                  = "ami-0c1d2e3f4a5b6c7d8"
  instance_type        = "t3.micro"
  iam_instance_profile = "app"
}

resource "aws_iam_instance_profile" "batch" {
  name = "batch"
  path = "/team/"
  role = "batch"
}
