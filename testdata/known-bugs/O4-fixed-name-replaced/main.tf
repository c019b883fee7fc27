resource "aws_iam_instance_profile" "p" {
  name = "p"
  role = "operators"
  lifecycle {
    create_before_destroy = true
  }
}
