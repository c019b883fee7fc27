# What was fetched is listed by the path of the calls.
module "profile" {
  source  = "example/profile/aws"
  version = "~> 1.0"
  name    = "web"
}

module "nested" {
  source = "git::https://git.example.com/nested.git//modules/inner?ref=v2"
  prefix = "outer"
}

resource "aws_instance" "web" {
  ami                  = "ami-12345678"
  instance_type        = "t3.micro"
  iam_instance_profile = module.profile.name
}

output "nested" {
  value = module.nested.name
}
