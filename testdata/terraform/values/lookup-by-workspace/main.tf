variable "env" { type = string }
locals {
  names = { dev = "d", prod = "p" }
  cfg   = lookup({ dev = { n = 1 }, prod = { n = 2 } }, var.env, { n = 0 })
}
resource "aws_iam_role" "r" {
  count = local.cfg.n
  name  = "${local.names[var.env]}-${count.index}"
  path  = var.env == "prod" ? "/prod/" : "/dev/"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "n" { value = local.cfg.n }
output "contains" { value = contains(["prod", "stage"], var.env) ? "yes" : "no" }
output "index" { value = index(["dev", "prod"], var.env) }
output "regex" { value = can(regex("^p", var.env)) }
output "names" { value = aws_iam_role.r[*].name }
