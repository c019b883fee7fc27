locals {
  roles = { web = { name = "web" }, job = { title = "job" } }
  ports = { web = [80, 443], job = [] }
}

resource "terraform_data" "each" {
  for_each = local.roles
  input    = each.value.name
}

resource "terraform_data" "first" {
  for_each = local.ports
  input    = each.value[0]
}

resource "terraform_data" "keys" {
  for_each = toset(["jobs", "web"])
  input    = local.roles[each.key].name
}

resource "terraform_data" "there" {
  for_each = local.roles
  input    = try(each.value.name, each.value.title)
}
