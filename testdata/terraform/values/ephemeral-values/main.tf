# Ephemeral values are computed with like others; they only leave in fewer places.
variable "token" {
  type      = string
  ephemeral = true
  default   = "temporary"
}

variable "secret" {
  type      = string
  sensitive = true
  default   = "hidden"
}

locals {
  both = "${var.token}-suffix"
}

resource "aws_iam_role" "app" {
  name               = "app-${nonsensitive(var.secret)}"
  description        = length(var.secret) > 3 ? "long" : "short"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

output "without" {
  value = ephemeralasnull(local.both) == null
}

output "role" {
  value = aws_iam_role.app.name
}
