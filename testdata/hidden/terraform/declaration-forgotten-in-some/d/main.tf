variable "image" {
  type = string
}

resource "aws_instance" "d" {
  ami           = var.image
  instance_type = "t3.micro"
}
