resource "aws_iam_role" "r" {
  count = 1
  name  = "only-${count.index}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_instance_profile" "p" {
  count = 1
  name_prefix = "p-"
  role  = aws_iam_role.r[0].name
}
resource "aws_instance" "a" {
  ami                  = "ami-1"
  instance_type        = "t3.micro"
  iam_instance_profile = join("", aws_iam_instance_profile.p[*].name)
}
resource "aws_instance" "b" {
  ami                  = "ami-1"
  instance_type        = "t3.micro"
  iam_instance_profile = one(aws_iam_instance_profile.p[*].id)
}
resource "aws_instance" "c" {
  ami                  = "ami-1"
  instance_type        = "t3.micro"
  iam_instance_profile = element(concat(aws_iam_instance_profile.p.*.name, [""]), 0)
}
resource "aws_instance" "d" {
  ami                  = "ami-1"
  instance_type        = "t3.micro"
  iam_instance_profile = try(aws_iam_instance_profile.p[0].name, null)
}
output "length" { value = length(aws_iam_role.r) }
output "legacy" { value = aws_iam_role.r.0.name }
