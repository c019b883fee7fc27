resource "aws_iam_role" "site" {
  name = "site"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "site" {
  name = "site-instances"
  role = aws_iam_role.website.name
}

resource "aws_instance" "site" {
  ami                  = "ami-0c1d2e3f4a5b6c7d8"
  instance_type        = "t3.small"
  iam_instance_profile = aws_iam_instance_profile.site.name
}

output "role_arn" {
  value = aws_iam_role.site.arn
}
