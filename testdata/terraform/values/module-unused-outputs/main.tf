module "a" {
  source = "./m"
  in     = "x"
}
module "b" {
  source = "./m"
  in     = module.a.out
}
output "b" { value = module.b.out }
output "loop" { value = module.a.other }
