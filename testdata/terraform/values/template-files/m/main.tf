variable "role" {}
output "policy" { value = templatefile("${path.module}/p.json.tpl", { role = var.role }) }
