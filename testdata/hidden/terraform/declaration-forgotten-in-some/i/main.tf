resource "aws_instance" "i" {
  ami           = var.image
  instance_type = "t3.micro"
}
