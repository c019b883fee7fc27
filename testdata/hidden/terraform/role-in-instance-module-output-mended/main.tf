module "identity" {
  source = "./modules/identity"
}

module "orders" {
  source   = "./modules/orders"
  identity = module.identity.identity
}
