resource "aws_instance" "g" {
  ami           = var.image
  instance_type = "t3.micro"
}
