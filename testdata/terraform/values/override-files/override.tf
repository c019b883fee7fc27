variable "name" { default = "second" }
locals { b = "override" }
resource "aws_iam_role" "r" { name = "override" }
resource "aws_launch_template" "t" {
  iam_instance_profile { name = "override" }
}
module "m" { name = "override" }
output "o" { value = "override" }
