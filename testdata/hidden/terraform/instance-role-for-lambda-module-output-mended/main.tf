module "identity" {
  source = "./modules/identity"
}

module "feeds" {
  source   = "./modules/feeds"
  identity = module.identity.identity
}
