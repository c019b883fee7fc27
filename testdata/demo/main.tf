# A web server that is to read from a bucket. It never will: the chain from the instance to its role is broken twice.

resource "aws_instance" "web" {
  ami           = "ami-0abcdef1234567890"
  instance_type = "t3.micro"

  # The name of a role, where EC2 wants the name of an instance profile.
  iam_instance_profile = aws_iam_role.web.name
}
