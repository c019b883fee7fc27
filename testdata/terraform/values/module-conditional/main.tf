module "m" {
  source      = "./m"
  create      = true
  create_role = true
}
module "given" {
  source      = "./m"
  create      = true
  create_role = false
  role        = "existing"
}
module "off" {
  source = "./m"
  create = false
}
output "m" { value = module.m.profile }
output "given" { value = module.given.profile }
output "off" { value = module.off.profile }
output "roles" { value = [module.m.role, module.given.role, module.off.role] }
