module "right" {
  source = "./names"
  names  = { web = "web-servers" }
}

module "wrong" {
  source = "./names"
  names  = { job = "batch-jobs" }
}

module "several" {
  source   = "./names"
  for_each = toset(["x"])
  names    = { web = each.key }
}

output "instance" {
  value = module.several["y"].web
}

output "there" {
  value = [module.right.web, module.several["x"].web]
}
