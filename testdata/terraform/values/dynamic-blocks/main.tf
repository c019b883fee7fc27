locals { profile = ["given"] }
resource "aws_iam_instance_profile" "p" { name = "p" }
resource "aws_launch_template" "a" {
  name = "a"
  dynamic "iam_instance_profile" {
    for_each = local.profile
    content { name = iam_instance_profile.value }
  }
  dynamic "tag_specifications" {
    for_each = { instance = { a = "x" }, volume = { b = "y" } }
    iterator = spec
    content {
      resource_type = spec.key
      tags          = spec.value
    }
  }
}
resource "aws_launch_template" "b" {
  name = "b"
  dynamic "iam_instance_profile" {
    for_each = []
    content { name = "never" }
  }
}
resource "aws_launch_template" "c" {
  name = "c"
  dynamic "iam_instance_profile" {
    for_each = aws_iam_instance_profile.p[*]
    content { arn = iam_instance_profile.value.arn }
  }
  dynamic "metadata_options" {
    for_each = [{ tokens = "required" }]
    content {
      http_tokens   = lookup(metadata_options.value, "tokens", null)
      http_endpoint = lookup(metadata_options.value, "endpoint", "enabled")
    }
  }
}
resource "aws_launch_template" "d" {
  name = "d"
  dynamic "block_device_mappings" {
    for_each = [{ name = "a", sizes = [1, 2] }, { name = "b", sizes = [] }]
    content {
      device_name = block_device_mappings.value.name
      dynamic "ebs" {
        for_each = slice(concat(block_device_mappings.value.sizes, [9]), 0, 1)
        content { volume_size = ebs.value }
      }
    }
  }
}
