resource "aws_iam_role" "search" {
  name = "search"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "search" {
  name = "search-instances"
  role = aws_iam_role.search.name
}

module "search" {
  source   = "./modules/search"
  identity = aws_iam_instance_profile.search.id
}
