resource "aws_iam_role" "named" {
  name = "named"
  path = "/p/"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role" "generated" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_instance_profile" "named" {
  name = "profile-${aws_iam_role.named.name}"
  role = aws_iam_role.named.id
}
resource "aws_iam_instance_profile" "generated" {
  name_prefix = "x-"
  role        = aws_iam_role.generated.name
}
resource "aws_iam_policy" "p" {
  name   = "pol"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "iam:PassRole", Resource = [aws_iam_role.named.arn, aws_iam_role.generated.arn] }] })
}
resource "aws_iam_role_policy_attachment" "a" {
  role       = aws_iam_role.generated.id
  policy_arn = aws_iam_policy.p.id
}
resource "aws_instance" "i" {
  ami                  = "ami-1"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.generated.id
}
resource "aws_launch_configuration" "c" {
  image_id             = "ami-1"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.named.arn
}
output "named" { value = [aws_iam_role.named.id, aws_iam_role.named.name, aws_iam_role.named.arn, aws_iam_role.named.unique_id] }
output "generated" { value = [aws_iam_role.generated.id, aws_iam_role.generated.name, aws_iam_role.generated.arn] }
output "profile" { value = "${aws_iam_instance_profile.named.id}/${aws_iam_instance_profile.generated.name}" }
output "is" { value = [aws_iam_role.generated.id == null, aws_iam_role.named.name == "named", aws_iam_role.named.path] }
output "policy" { value = [aws_iam_policy.p.arn, aws_iam_policy.p.id] }
