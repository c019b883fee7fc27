resource "aws_iam_role" "s" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "states.eu-west-1.amazonaws.com" } }]
  })
}

resource "aws_sfn_state_machine" "s" {
  role_arn = aws_iam_role.s.arn
}
