module "identity" {
  source = "./modules/identity"
}

module "nightly" {
  source   = "./modules/nightly"
  identity = module.identity.identity
}
