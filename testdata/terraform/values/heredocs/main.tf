locals {
  services = ["ec2.amazonaws.com", "ssm.amazonaws.com"]
}
resource "aws_iam_role" "a" {
  name               = "a"
  assume_role_policy = <<-EOF
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": { "Service": "${local.services[0]}" },
          "Action": "sts:AssumeRole"
        }
      ]
    }
  EOF
}
resource "aws_iam_role" "b" {
  name               = "b"
  assume_role_policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [
%{ for i, s in local.services ~}
    { "Effect": "Allow", "Principal": { "Service": "${s}" }, "Action": "sts:AssumeRole" }${i < length(local.services) - 1 ? "," : ""}
%{ endfor ~}
  ]
}
EOF
}
resource "aws_iam_role" "c" {
  name               = "c"
  assume_role_policy = <<EOF
{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "AWS": "${aws_iam_role.a.arn}" }, "Action": "sts:AssumeRole" }] }
EOF
}
output "text" { value = aws_iam_role.b.assume_role_policy }
