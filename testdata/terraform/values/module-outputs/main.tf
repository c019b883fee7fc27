module "role" {
  source = "./role"
  name   = "web"
}
module "profile" {
  source = "./profile"
  role   = module.role.name
  arn    = module.role.all.arn
}
resource "aws_instance" "i" {
  ami                  = "ami-1"
  instance_type        = "t3.micro"
  iam_instance_profile = module.profile.name
}
output "role" { value = module.role }
output "profile" { value = module.profile.name }
output "given" { value = module.profile.given }
