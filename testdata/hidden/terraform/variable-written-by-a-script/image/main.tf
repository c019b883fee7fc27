resource "aws_instance" "built" {
  ami = var.image
}
