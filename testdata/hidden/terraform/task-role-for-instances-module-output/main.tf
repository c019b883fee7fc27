module "identity" {
  source = "./modules/identity"
}

module "checkout" {
  source   = "./modules/checkout"
  identity = module.identity.identity
}
