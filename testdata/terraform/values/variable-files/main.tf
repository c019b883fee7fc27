variable "a" {}
variable "b" { type = number }
variable "c" { type = list(string) }
variable "d" { type = map(string) }
variable "e" { default = "default" }
output "all" { value = [var.a, var.b, var.e] }
output "c" { value = var.c }
output "d" { value = var.d }
