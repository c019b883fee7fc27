# Paths are relative to the root module, whichever module reads them.
module "outer" {
  source = "./modules/outer"
}

output "root" {
  value = [path.module, path.root]
}

output "outer" {
  value = module.outer.paths
}

output "text" {
  value = module.outer.text
}

output "here" {
  value = trimspace(file("files/greeting.txt"))
}

output "there" {
  value = [fileexists("${path.module}/files/greeting.txt"), fileexists("./files/absent.txt")]
}

output "set" {
  value = fileset(path.module, "files/*.txt")
}
