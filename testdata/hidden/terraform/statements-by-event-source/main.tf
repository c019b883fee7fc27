resource "aws_kinesis_stream" "orders" {
  name = "orders"
}

resource "aws_iam_role" "reader" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

# Which service an ARN is of is not known here, but that it is one of IAM's is known to be wrong.
module "reader" {
  source  = "./function"
  role    = aws_iam_role.reader.id
  sources = { orders = { event_source_arn = aws_kinesis_stream.orders.arn } }
}

module "nothing" {
  source  = "./function"
  role    = aws_iam_role.reader.id
  sources = { itself = { event_source_arn = aws_iam_role.reader.arn } }
}
