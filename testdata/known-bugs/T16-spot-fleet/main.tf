resource "aws_iam_role" "f" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_spot_fleet_request" "f" {
  iam_fleet_role = aws_iam_role.f.arn
}
