variable "image" {
  type = string
}

resource "aws_instance" "a" {
  ami           = var.image
  instance_type = "t3.micro"
}
