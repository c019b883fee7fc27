# A small shop: a web server, a worker that prints invoices, and two functions. It plans without a complaint, and nearly
# nothing in it would ever get credentials.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

# The name of a role, where EC2 wants the name of an instance profile.
resource "aws_instance" "web" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.small"
  iam_instance_profile = aws_iam_role.web.name
}

# The console would have made an instance profile of this name beside the role. Terraform does not.
module "invoices" {
  source           = "./modules/worker"
  instance_profile = "invoice-printer"
}

# The role is one that was made for servers.
resource "aws_lambda_function" "cleanup" {
  function_name = "cleanup"
  filename      = "cleanup.zip"
  handler       = "index.handler"
  runtime       = "python3.13"
  role          = aws_iam_role.cleanup.arn
}

# Lambda wants the ARN.
resource "aws_lambda_function" "report" {
  function_name = "report"
  filename      = "report.zip"
  handler       = "index.handler"
  runtime       = "python3.13"
  role          = aws_iam_role.report.name
}
