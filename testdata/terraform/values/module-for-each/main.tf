module "m" {
  source   = "./m"
  for_each = { a = "/", b = "/x/" }
  name     = each.key
  path     = each.value
}
locals { key = "b" }
output "a" { value = module.m["a"].arn }
output "b" { value = module.m[local.key].name }
output "values" { value = values(module.m)[*].name }
output "for" { value = { for k, m in module.m : k => m.arn } }
output "missing" { value = try(module.m["c"].name, "none") }
output "inner" { value = module.m["a"].inner["x"] }
output "inner_for" { value = flatten([for k, m in module.m : [for n, r in m.inner : "${k}-${n}-${r}"]]) }
