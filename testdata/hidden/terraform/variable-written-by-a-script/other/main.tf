resource "aws_instance" "other" {
  ami = var.image
}
