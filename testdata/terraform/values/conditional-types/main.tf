variable "on" { type = bool }
resource "aws_iam_role" "r" {
  name = "r"
  tags = merge({ a = "x" }, var.on ? { b = 1 } : {})
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "list" { value = var.on ? ["a"] : [] }
output "number" { value = var.on ? 1 : "x" }
output "object" { value = var.on ? { a = 1, b = "x" } : { a = 2 } }
output "null" { value = var.on ? null : { a = 1 } }
output "json" { value = jsonencode(var.on ? [true, "x"] : [1]) }
output "chained" { value = !var.on ? 1 : var.on ? 2 : "three" }
output "both" { value = var.on && length("abc") == 3 ? "yes" : "no" }
output "or" { value = !var.on || false }
