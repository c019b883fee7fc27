# What a check looks at changes nothing, and its data source is its own.
variable "name" {
  default = "checked"
}

resource "aws_iam_role" "app" {
  name = var.name
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })

  lifecycle {
    precondition {
      condition     = length(var.name) < 64
      error_message = "too long"
    }
    postcondition {
      condition     = self.path == "/"
      error_message = "not at the root"
    }
  }
}

check "named" {
  data "aws_partition" "checked" {}

  assert {
    condition     = data.aws_partition.checked.partition == "aws" || aws_iam_role.app.name != ""
    error_message = "no name"
  }
}

output "role" {
  value = aws_iam_role.app.name

  precondition {
    condition     = aws_iam_role.app.name == "checked"
    error_message = "another name"
  }
}
