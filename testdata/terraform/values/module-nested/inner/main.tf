variable "name" {}
variable "role" {}
resource "aws_iam_instance_profile" "p" {
  name = var.name
  role = var.role
}
output "out" { value = { name = aws_iam_instance_profile.p.id, arn = aws_iam_instance_profile.p.arn } }
output "path" { value = path.module }
