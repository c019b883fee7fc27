module "m" {
  source = "./m"
  count  = 2
  name   = "n${count.index}"
}
module "none" {
  source = "./m"
  count  = 0
  name   = "none"
}
output "names" { value = module.m[*].name }
output "first" { value = module.m[0].name }
output "legacy" { value = module.m.1.arn }
output "none" { value = one(module.none[*].name) }
output "try" { value = try(module.none[0].name, "fallback") }
output "joined" { value = join("", module.none[*].arn) }
output "for" { value = [for x in module.m : upper(x.name)] }
