resource "aws_instance" "other" {
  ami = var.disk
}
