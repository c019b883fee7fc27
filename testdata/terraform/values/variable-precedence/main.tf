# The later source wins; within a variable nothing is merged.
variable "by_default" {
  default = "default"
}

variable "in_tfvars" {
  default = "default"
}

variable "in_json" {
  default = "default"
}

variable "in_first" {
  default = "default"
}

variable "in_second" {
  default = "default"
}

variable "by_argument" {
  default = "default"
}

variable "tags" {
  type    = map(string)
  default = { from = "default", only = "here" }
}

variable "list" {
  type    = list(string)
  default = []
}

variable "anything" {
  type    = any
  default = null
}

variable "untyped" {
  default = null
}

resource "aws_iam_role" "app" {
  name               = join("-", [var.by_default, var.in_tfvars, var.in_json, var.in_first, var.in_second, var.by_argument])
  tags               = var.tags
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

output "list" {
  value = var.list
}

output "anything" {
  value = var.anything
}

output "untyped" {
  value = var.untyped
}
