module "m" {
  source   = "./m"
  policies = ["arn:aws:iam::aws:policy/A", aws_iam_policy.p.arn]
  inline   = { one = "{}" }
}
module "d" { source = "./m" }
resource "aws_iam_policy" "p" {
  name   = "p"
  policy = "{}"
}
output "m" { value = module.m }
output "d" { value = module.d }
