resource "aws_launch_template" "t" {
  iam_instance_profile = { name = "x" }
}
