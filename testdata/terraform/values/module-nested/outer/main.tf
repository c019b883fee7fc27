variable "prefix" {}
variable "extra" {}
module "inner" {
  source = "../inner"
  name   = "${var.prefix}-inner"
  role   = var.extra.role
}
output "deep" { value = module.inner.out }
output "path" { value = [path.module, path.root, module.inner.path] }
