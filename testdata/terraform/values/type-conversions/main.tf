module "m" {
  source = "./m"
  s      = 5
  b      = "true"
  l      = ["b", "a", "b"]
  st     = ["b", "a", "b"]
  m      = { a = 1, b = true }
  t      = ["1", 2]
  o      = { a = "1", extra = "dropped" }
  any    = { a = [1, "x"], b = null }
  ml     = { a = ["x"], b = [] }
}
output "out" { value = module.m.out }
output "equal" { value = module.m.equal }
