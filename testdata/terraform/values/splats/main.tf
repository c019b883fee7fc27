# What a splat makes of lists, sets, single values, nothing and maps, and how far it reaches.
locals {
  objects = [{ a = [1, 2], b = { c = "x" } }, { a = [3], b = { c = "y" } }]
  one     = { a = "single" }
  none    = null
}

resource "aws_iam_role" "counted" {
  count              = 2
  name               = "counted-${count.index}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_iam_role" "keyed" {
  for_each           = toset(["b", "a"])
  name               = "keyed-${each.key}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

output "full" {
  value = local.objects[*].a[0]
}

output "attribute_only" {
  value = local.objects.*.a[0]
}

output "deep" {
  value = local.objects[*].b.c
}

output "of_one" {
  value = local.one[*].a
}

output "of_none" {
  value = local.none[*]
}

output "of_set" {
  value = toset(["x", "y"])[*]
}

output "counted" {
  value = aws_iam_role.counted[*].name
}

output "counted_legacy" {
  value = aws_iam_role.counted.*.name
}

output "counted_one" {
  value = aws_iam_role.counted.1.name
}

output "keyed" {
  value = values(aws_iam_role.keyed)[*].name
}

output "keyed_as_one" {
  value = length(aws_iam_role.keyed[*])
}

output "joined" {
  value = join(",", aws_iam_role.counted.*.arn)
}
