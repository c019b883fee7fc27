resource "aws_iam_role" "m" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "rds.amazonaws.com" } }]
  })
}

resource "aws_db_instance" "d" {
  monitoring_interval = 60
  monitoring_role_arn = aws_iam_role.m.arn
}
