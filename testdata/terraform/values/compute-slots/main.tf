resource "aws_iam_role" "r" {
  name = "r"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_instance_profile" "p" {
  name_prefix = "p"
  role        = aws_iam_role.r.name
}
resource "aws_launch_template" "t" {
  name_prefix = "t"
  iam_instance_profile { arn = aws_iam_instance_profile.p.arn }
}
resource "aws_autoscaling_group" "g" {
  min_size           = 1
  max_size           = 1
  availability_zones = ["us-east-1a"]
  launch_template {
    id      = aws_launch_template.t.id
    version = "$Latest"
  }
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = aws_iam_role.r.arn
  handler       = "x.y"
  runtime       = "python3.12"
  filename      = "f.zip"
  environment {
    variables = { ROLE = aws_iam_role.r.name, ARN = aws_iam_role.r.arn }
  }
}
output "block" { value = aws_launch_template.t.iam_instance_profile[0].arn }
output "block_one" { value = one(aws_launch_template.t.iam_instance_profile).arn }
