resource "aws_iam_role" "other" {
  name = "other"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role" "r" {
  name = "r"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = ["ec2.amazonaws.com", "lambda.${local.suffix}"] } }
      ], [for a in ["1", "2"] : {
        Sid = "A${a}", Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::${a}${a}${a}111111111:root" }
    }], [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = aws_iam_role.other.arn } }])
  })
}
locals { suffix = "amazonaws.com" }
output "json" { value = jsonencode({ b = [1, true, null, "<&>"], a = { c = 1.50 } }) }
output "merged" { value = jsonencode(merge(jsondecode("{\"a\": 1}"), { b = 2 })) }
output "nested" { value = jsondecode(aws_iam_role.r.assume_role_policy).Statement[0].Principal.Service }
