variable "prefix" {}

module "leaf" {
  source = "../leaf"
  name   = "${var.prefix}-leaf"
}

output "name" {
  value = module.leaf.name
}
