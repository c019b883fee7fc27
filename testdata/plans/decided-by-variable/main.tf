variable "shared" {
  type    = bool
  default = false
}

resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = file("${path.module}/trust.json")
}

resource "aws_iam_instance_profile" "app" {
  name = "app-profile"
  role = aws_iam_role.app.name
}

resource "aws_instance" "web" {
  ami                  = "ami-12345678"
  instance_type        = "t3.micro"
  iam_instance_profile = var.shared ? aws_iam_role.app.name : aws_iam_instance_profile.app.name
}

# Made only when the role is not shared, so the plan has none of it.
resource "aws_instance" "own" {
  count                = var.shared ? 0 : 1
  ami                  = "ami-12345678"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.app.arn
}
