module "m" {
  source = "./m"
  count  = 2
  number = count.index
}
output "all" { value = module.m[*].names }
output "flat" { value = flatten(module.m[*].names) }
output "deep" { value = module.m[1].names[0] }
output "object" { value = { for i, m in module.m : "m${i}" => m.names } }
