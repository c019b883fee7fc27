variable "names" {
  type = map(string)
}

output "web" {
  value = var.names["web"]
}
