variable "image" {
  type = string
}

resource "aws_instance" "b" {
  ami           = var.image
  instance_type = "t3.micro"
}
