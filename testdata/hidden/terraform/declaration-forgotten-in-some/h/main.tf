resource "aws_instance" "h" {
  ami           = var.image
  instance_type = "t3.micro"
}
