resource "aws_iam_instance_profile" "p" {
  name = "p"
  role = "operators"
}
