variable "a" {
  type    = string
  default = "default a"
}
variable "b" {
  type     = string
  default  = "default b"
  nullable = false
}
variable "c" {
  type    = string
  default = null
}
output "a" { value = var.a == null ? "is null" : var.a }
output "b" { value = var.b }
output "c" { value = coalesce(var.c, "fallback") }
output "raw" { value = [var.a, var.c] }
