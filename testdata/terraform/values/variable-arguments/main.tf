variable "s" {}
variable "t" { type = string }
variable "n" { type = number }
variable "l" { type = list(string) }
variable "o" { type = object({ a = number, b = optional(string, "x") }) }
variable "create" { type = bool }
resource "aws_iam_role" "r" {
  count = var.create ? 1 : 0
  name  = var.s
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "s" { value = var.s }
output "t" { value = var.t }
output "n" { value = var.n + 1 }
output "l" { value = var.l }
output "o" { value = var.o }
output "r" { value = one(aws_iam_role.r[*].name) }
