resource "aws_instance" "f" {
  ami           = var.image
  instance_type = "t3.micro"
}
