module "identity" {
  source = "./modules/identity"
}

module "search" {
  source   = "./modules/search"
  identity = module.identity.identity
}
