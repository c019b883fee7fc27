resource "aws_iam_role" "r" {
  name_prefix = "r"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
output "join" { value = join("-", ["a", aws_iam_role.r.name, "b"]) }
output "format" { value = format("%s/%03d/%q", aws_iam_role.r.name, 7, "x") }
output "formatlist" { value = formatlist("%s:%s", ["a", "b"], aws_iam_role.r.name) }
output "heredoc" {
  value = <<-EOT
  role: ${aws_iam_role.r.name}
    arn: ${aws_iam_role.r.arn}
  EOT
}
output "trim" { value = trimspace("  ${aws_iam_role.r.name}\n") }
output "nested" { value = "a${"b${aws_iam_role.r.name}"}" }
output "directive" { value = "%{ if true }${aws_iam_role.r.name}%{ else }none%{ endif }" }
output "loop" { value = "%{ for x in ["a", aws_iam_role.r.name] }${x};%{ endfor }" }
output "substr" { value = substr("abcdef", 1, 3) }
output "replace" { value = replace("a-b-c", "/-/", "_") }
output "b64" { value = base64encode("x") }
