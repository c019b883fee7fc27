resource "aws_iam_role" "r" { path = "/last/" }
