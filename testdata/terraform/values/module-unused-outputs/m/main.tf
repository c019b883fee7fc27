variable "in" {}
variable "other" { default = "dflt" }
output "out" { value = "${var.in}!" }
output "other" { value = var.other }
