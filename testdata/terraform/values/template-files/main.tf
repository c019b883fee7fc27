resource "aws_iam_role" "a" {
  name               = "a"
  assume_role_policy = templatefile("${path.module}/trust.json.tpl", { services = ["ec2", "lambda"], version = "2012-10-17" })
}
resource "aws_iam_role" "b" {
  name               = "b"
  assume_role_policy = file("${path.module}/plain.json")
}
resource "aws_iam_role" "c" {
  name               = "c"
  assume_role_policy = templatefile("trust.json.tpl", { services = [for s in ["ecs"] : s], version = local.version })
}
locals { version = "2012-10-17" }
module "m" {
  source = "./m"
  role   = aws_iam_role.a.arn
}
output "m" { value = module.m.policy }
output "exists" { value = [fileexists("plain.json"), fileexists("${path.module}/none.json")] }
output "string" { value = templatestring(local.text, { a = "x" }) }
locals { text = "hello $${a}" }
