variable "role" {}
variable "on" {}
variable "key" {}
resource "aws_iam_instance_profile" "p" {
  for_each = var.on ? toset([var.key]) : []
  name     = "${var.key}-${var.role}"
  role     = var.role
}
output "profile" { value = join("", values(aws_iam_instance_profile.p)[*].name) }
output "arn" { value = try(aws_iam_instance_profile.p[var.key].arn, null) }
