resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "allow"
      Action    = "sts:AssumeRole"
      Principle = { Service = "lambda.amazonaws.com" }
    }]
  })
}
