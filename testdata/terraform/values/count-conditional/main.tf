variable "create" { type = bool }
variable "existing" { type = string }
locals { create = var.create && var.existing == "" }
resource "aws_iam_role" "r" {
  count = local.create ? 1 : 0
  name  = "made"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role" "not" {
  count = local.create ? 0 : 1
  name  = "not made"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "name" { value = local.create ? aws_iam_role.r[0].name : var.existing }
output "arn" { value = try(aws_iam_role.r[0].arn, aws_iam_role.not[0].arn) }
output "joined" { value = coalesce(join("", aws_iam_role.r[*].name), join("", aws_iam_role.not[*].name)) }
output "number" { value = var.create ? 1 : "many" }
