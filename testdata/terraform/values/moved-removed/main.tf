# Where things were, or that they are no longer managed, changes nothing about what is there.
moved {
  from = aws_iam_role.before
  to   = aws_iam_role.now
}

moved {
  from = module.gone
  to   = module.kept
}

removed {
  from = aws_iam_instance_profile.forgotten

  lifecycle {
    destroy = false
  }
}

resource "aws_iam_role" "now" {
  name               = "now"
  assume_role_policy = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}

module "kept" {
  source = "./m"
  role   = aws_iam_role.now.name
}

output "profile" {
  value = module.kept.profile
}
