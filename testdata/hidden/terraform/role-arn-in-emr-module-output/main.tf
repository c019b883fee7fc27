module "identity" {
  source = "./modules/identity"
}

module "clicks" {
  source   = "./modules/clicks"
  identity = module.identity.identity
}
