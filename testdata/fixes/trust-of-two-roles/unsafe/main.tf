data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com", "lambda.amazonaws.com"]
    }
  } # the only one
}

resource "aws_iam_role" "job" {
  name               = "job"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_lambda_function" "job" {
  function_name = "job"
  filename      = "job.zip"
  handler       = "job.main"
  runtime       = "python3.13"
  role          = aws_iam_role.job.arn
}

resource "aws_iam_role" "other" {
  name               = "other"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_instance_profile" "other" {
  role = aws_iam_role.other.name
}
