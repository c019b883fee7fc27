output "path" {
  value = path.module
}

output "text" {
  value = templatefile("${path.module}/page.tpl", { name = basename(path.module), list = ["a", "b"] })
}
