variable "name" { default = "web" }
variable "count_of" {
  type    = number
  default = "3"
}
variable "flags" {
  type    = list(bool)
  default = ["true", false]
}
variable "any" { default = [1, "a"] }
resource "aws_iam_role" "r" {
  name = "${var.name}-role"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "number" { value = var.count_of }
output "flags" { value = var.flags }
output "any" { value = var.any }
output "role" { value = aws_iam_role.r.name }
