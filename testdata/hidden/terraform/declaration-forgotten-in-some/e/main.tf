variable "image" {
  type = string
}

resource "aws_instance" "e" {
  ami           = var.image
  instance_type = "t3.micro"
}
