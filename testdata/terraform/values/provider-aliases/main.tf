provider "aws" { region = "us-east-1" }
provider "aws" {
  alias  = "other"
  region = "us-east-1"
}
resource "aws_iam_role" "a" {
  name = "same"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role" "b" {
  provider = aws.other
  name     = "same2"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
module "m" {
  source    = "./m"
  providers = { aws = aws.other }
}
output "names" { value = [aws_iam_role.a.name, aws_iam_role.b.name, module.m.name] }
