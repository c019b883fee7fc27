variable "identity" {
  type = string
}

resource "aws_lambda_function" "receipts" {
  function_name = "receipts"
  filename      = "function.zip"
  handler       = "index.handler"
  runtime       = "python3.13"
  role          = var.identity
}
