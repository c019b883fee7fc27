variable "image" {
  type = string
}

resource "aws_instance" "c" {
  ami           = var.image
  instance_type = "t3.micro"
}
