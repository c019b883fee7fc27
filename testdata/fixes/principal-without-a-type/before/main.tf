resource "aws_iam_role" "job" {
  name = "job"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = "lambda.amazonaws.com"
    }]
  })
}

resource "aws_iam_role" "guest" {
  name               = "guest"
  assume_role_policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "arn:aws:iam::111122223333:role/host"}
      ]
    }
  JSON
}
