module "job" {
  source  = "./job"
  service = "ec2.amazonaws.com"
}
