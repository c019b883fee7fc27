module "identity" {
  source = "./modules/identity"
}

module "receipts" {
  source   = "./modules/receipts"
  identity = module.identity.identity
}
