provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "virginia"
  region = "us-east-1"
}

resource "aws_iam_role" "steps" {
  name = "steps"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "states.us-east-1.amazonaws.com" }
    }]
  })
}

resource "aws_sfn_state_machine" "here" {
  name       = "here"
  role_arn   = aws_iam_role.steps.arn
  definition = "{}"
}

resource "aws_sfn_state_machine" "there" {
  provider   = aws.virginia
  name       = "there"
  role_arn   = aws_iam_role.steps.arn
  definition = "{}"
}

resource "aws_sfn_state_machine" "of_its_own" {
  region     = "us-east-1"
  name       = "of-its-own"
  role_arn   = aws_iam_role.steps.arn
  definition = "{}"
}
