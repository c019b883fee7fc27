locals { n = 1.50 }
resource "aws_iam_role" "r" {
  name                 = "r-${local.n}-${1 + 1}-${10 / 4}-${true}"
  max_session_duration = "7200"
  tags                 = { n = local.n, b = true, s = "x" }
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "tags" { value = aws_iam_role.r.tags }
output "session" { value = aws_iam_role.r.max_session_duration }
output "parsed" { value = [parseint("ff", 16), tonumber("1e3"), floor(2.7)] }
output "text" { value = [tostring(1.0), "${1.10}", format("%d", 3), format("%.2f", 1)] }
