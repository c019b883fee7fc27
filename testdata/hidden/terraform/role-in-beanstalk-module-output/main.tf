module "identity" {
  source = "./modules/identity"
}

module "storefront" {
  source   = "./modules/storefront"
  identity = module.identity.identity
}
