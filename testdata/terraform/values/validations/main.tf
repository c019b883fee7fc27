# Validations say no, or change nothing.
variable "environment" {
  type    = string
  default = "prod"

  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "dev or prod"
  }
}

variable "names" {
  type     = set(string)
  nullable = false
  default  = ["b", "a", "b"]

  validation {
    condition     = alltrue([for name in var.names : can(regex("^[a-z]+$", name))])
    error_message = "lower case"
  }
}

resource "aws_iam_role" "app" {
  for_each           = var.names
  name               = "${var.environment}-${each.value}"
  path               = var.environment == "prod" ? "/live/" : "/"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

output "arns" {
  value = { for name, role in aws_iam_role.app : name => role.arn }
}
