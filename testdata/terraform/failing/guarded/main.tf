locals {
  roles = { web = "web-servers" }
  zones = ["a"]
  none  = []
}

resource "terraform_data" "none" {
  count = 0
  input = local.none
}

output "tried" {
  value = try(local.roles["job"], local.zones[1], "none")
}

output "asked" {
  value = can(local.roles["job"])
}

output "branch" {
  value = length(local.zones) > 1 ? local.zones[1] : "none"
}

output "and" {
  value = length(local.zones) > 1 && try(local.zones[1], "") == "b"
}

output "looked_up" {
  value = lookup(local.roles, "job", "none")
}

output "filtered" {
  value = [for name in ["job", "web"] : local.roles[name] if contains(keys(local.roles), name)]
}

output "of_nothing" {
  value = [for name in local.none : local.roles[name]]
}

output "splat" {
  value = one(terraform_data.none[*].input)
}

output "tried_and_failed" {
  value = try(local.roles["job"], local.roles["jobs"])
}

output "branch_taken" {
  value = length(local.zones) > 0 ? local.zones[1] : "none"
}
