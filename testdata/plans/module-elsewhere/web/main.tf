variable "profile" {}

resource "aws_launch_template" "web" {
  name_prefix = "web-"

  iam_instance_profile {
    arn = var.profile
  }
}

resource "aws_lambda_function" "drain" {
  function_name = "drain"
  handler       = "drain.main"
  runtime       = "python3.12"
  filename      = "drain.zip"
  role          = var.profile
}
