variable "create" {
  type    = bool
  default = true
}

resource "aws_iam_instance_profile" "p" {
  count = var.create ? 1 : 0
  role  = "operators"
}

output "x" {
  value = aws_iam_instance_profile.p[0].name
}

output "guarded" {
  value = var.create ? aws_iam_instance_profile.p[0].name : null
}

output "tried" {
  value = try(aws_iam_instance_profile.p[0].name, null)
}
