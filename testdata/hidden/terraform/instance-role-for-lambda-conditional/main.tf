variable "own_identity" {
  type    = bool
  default = true
}

resource "aws_iam_role" "feeds" {
  name = "feeds"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "feeds" {
  name = "feeds-instances"
  role = var.own_identity ? aws_iam_role.feeds.name : "company-baseline"
}

resource "aws_instance" "feeds" {
  ami                  = "ami-0c1d2e3f4a5b6c7d8"
  instance_type        = "t3.small"
  iam_instance_profile = aws_iam_instance_profile.feeds.name
}
