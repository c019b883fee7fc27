variable "n" {
  type = string
}

resource "aws_iam_instance_profile" "p" {
  name = "${var.n}-profile"
  role = "operators"
}

resource "aws_instance" "w" {
  ami           = "ami-0c1d2e3f4a5b6c7d8"
  instance_type = "t3.small"
  iam_instance_profile = "${var.n}-profile"
}

resource "aws_instance" "ordered" {
  ami           = "ami-0c1d2e3f4a5b6c7d8"
  instance_type = "t3.small"
  iam_instance_profile = "${var.n}-profile"
  depends_on           = [aws_iam_instance_profile.p]
}
