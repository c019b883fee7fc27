module "m" {
  source = "./m"
  a      = null
  b      = null
}
module "n" {
  source = "./m"
  a      = "given"
}
output "m" { value = module.m.all }
output "n" { value = module.n.all }
