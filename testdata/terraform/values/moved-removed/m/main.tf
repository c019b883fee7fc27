variable "role" {
  type = string
}

resource "aws_iam_instance_profile" "this" {
  name = "profile-of-${var.role}"
  role = var.role
}

output "profile" {
  value = aws_iam_instance_profile.this.arn
}
