module "m" {
  source = "./m"
  roles = {
    one = { path = "/a/" }
    two = { name = "second", tags = { x = 1 } }
    three = { nested = { a = "given" } }
  }
}
output "out" { value = module.m.roles }
output "names" { value = module.m.names }
