variable "settings" {
  type = object({ name = string, size = optional(number) })
  default = {
    name = "web"
  }
}

locals {
  role  = { name = "web" }
  roles = { web = { name = "web" }, job = { title = "job" } }
}

output "misspelt" {
  value = local.role.nmae
}

output "of_an_element" {
  value = local.roles["job"].name
}

output "of_text" {
  value = local.roles.web.name
}

output "optional" {
  value = var.settings.size
}

output "there" {
  value = [local.role.name, local.roles.job.title, local.roles["web"].name]
}
