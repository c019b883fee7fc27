resource "aws_iam_role" "job" {
  name               = "job"
  assume_role_policy = templatefile("${path.module}/trust.json.tftpl", { account = "123456789012" })
}

resource "aws_lambda_function" "job" {
  function_name = "job"
  filename      = "job.zip"
  handler       = "job.main"
  runtime       = "python3.13"
  role          = aws_iam_role.job.arn
}
