module "outer" {
  source = "./outer"
  prefix = "top"
  extra  = { role = aws_iam_role.r.name }
}
resource "aws_iam_role" "r" {
  name = "root"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "deep" { value = module.outer.deep }
output "path" { value = module.outer.path }
