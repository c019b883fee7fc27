locals {
  zones = ["a", "b"]
  none  = []
  many  = flatten([local.zones, [for zone in local.zones : "${zone}${zone}"]])
}

output "beyond" {
  value = local.zones[2]
}

output "of_nothing" {
  value = local.none[0]
}

output "of_a_function" {
  value = split("/", "only/two")[2]
}

output "of_many" {
  value = local.many[length(local.many)]
}

output "inside" {
  value = { first = [local.zones[0], local.zones[5]] }
}

output "there" {
  value = [local.zones[1], local.many[3], split("/", "only/two")[1]]
}
