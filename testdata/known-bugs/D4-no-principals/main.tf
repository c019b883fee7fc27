module "reader" {
  source = "./reader"
}
