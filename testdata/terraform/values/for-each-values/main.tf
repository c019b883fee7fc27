module "m" {
  source   = "./m"
  for_each = { a = { role = "x", on = true }, b = { role = "y", on = false } }
  role     = each.value.role
  on       = each.value.on
  key      = each.key
}
output "all" { value = { for k, m in module.m : k => m.profile } }
output "only" { value = compact([for m in module.m : m.profile]) }
output "first" { value = module.m["a"].profile }
output "arn" { value = try(module.m["b"].arn, "none") }
