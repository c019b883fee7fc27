module "asg" {
  source      = "./asg"
  profile_arn = "arn:aws:iam::111122223333:role/app"
}
