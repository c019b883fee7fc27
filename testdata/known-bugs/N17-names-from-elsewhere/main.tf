resource "aws_instance" "w" {
  ami           = "ami-0c1d2e3f4a5b6c7d8"
  instance_type = "t3.small"
  iam_instance_profile = "made-elsewhere"
}

resource "aws_iam_role_policy_attachment" "a" {
  role       = "made-elsewhere"
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
