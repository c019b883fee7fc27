resource "aws_iam_role" "nightly" {
  name = "nightly"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "nightly" {
  name = "nightly-instances"
  role = aws_iam_role.nightly.name
}

output "identity" {
  value = aws_iam_instance_profile.nightly.arn
}
