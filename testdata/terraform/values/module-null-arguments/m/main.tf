variable "a" { default = "default a" }
variable "b" {
  default  = "default b"
  nullable = false
}
output "all" { value = [var.a, var.b, var.a == null ? "null" : "set"] }
