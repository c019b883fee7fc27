module "a" {
  source = "./m"
  one    = "start"
  two    = module.b.first
}
module "b" {
  source = "./m"
  one    = module.a.first
  two    = "end"
}
output "a" { value = module.a }
output "b" { value = module.b }
