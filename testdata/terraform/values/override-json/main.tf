# Overrides in JSON, and one block that replaces all of its type, dynamic ones included.
locals {
  kept     = "kept"
  replaced = "before"
}

variable "size" {
  type    = string
  default = "t3.micro"
}

resource "aws_launch_template" "web" {
  name          = "web"
  instance_type = var.size

  block_device_mappings {
    device_name = "/dev/sda1"
  }

  dynamic "block_device_mappings" {
    for_each = ["/dev/sdb", "/dev/sdc"]
    content {
      device_name = block_device_mappings.value
    }
  }

  metadata_options {
    http_tokens = "optional"
  }
}

output "words" {
  value = "${local.kept} ${local.replaced}"
}
