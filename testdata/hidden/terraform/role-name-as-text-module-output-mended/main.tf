module "identity" {
  source = "./modules/identity"
}

module "ledger" {
  source   = "./modules/ledger"
  identity = module.identity.identity
}
