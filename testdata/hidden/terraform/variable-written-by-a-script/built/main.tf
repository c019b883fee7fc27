resource "aws_instance" "built" {
  ami = var.disk
}
