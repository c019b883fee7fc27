resource "terraform_data" "none" {
  count = 0
}

resource "terraform_data" "two" {
  count = 2
}

resource "terraform_data" "named" {
  for_each = { a = 1, b = 2 }
}

output "none" {
  value = terraform_data.none[0].id
}

output "third" {
  value = terraform_data.two[2].id
}

output "named" {
  value = terraform_data.named["c"].id
}

resource "terraform_data" "user" {
  for_each = toset(["b", "d"])
  input    = terraform_data.named[each.key].id
}

resource "terraform_data" "counted" {
  count = 3
  input = terraform_data.two[count.index].id
}

output "there" {
  value = [terraform_data.two[1].id, terraform_data.named["a"].id, one(terraform_data.none[*].id)]
}
