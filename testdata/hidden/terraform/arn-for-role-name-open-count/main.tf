variable "make_role" {
  type    = bool
  default = true
}

variable "attach" {
  type    = bool
  default = false
}

variable "how_many" {
  type    = number
  default = 0
}

variable "policies" {
  type    = list(string)
  default = []
}

resource "aws_iam_role" "orders" {
  count = var.make_role ? 1 : 0

  name = "orders"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "orders" {
  count = var.make_role && var.attach ? var.how_many : 0

  role       = aws_iam_role.orders[0].arn
  policy_arn = var.policies[count.index]
}
