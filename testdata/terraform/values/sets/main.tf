resource "aws_iam_role" "r" {
  count       = 2
  name_prefix = "r"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "set" { value = toset(["c", "a", "b", "a"]) }
output "arns" { value = toset(aws_iam_role.r[*].arn) }
output "list" { value = tolist(toset(["z", "y"])) }
output "numbers" { value = toset([10, 9, 1]) }
output "union" { value = setunion(["a"], ["b", "a"]) }
output "mixed" { value = toset([1, "a", true]) }
output "objects" { value = length(toset([{ a = 1 }, { a = 1 }])) }
