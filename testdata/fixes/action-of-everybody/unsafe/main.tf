resource "aws_iam_role" "job" {
  name               = "job"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity" # how
      Principal = { Federated = "cognito-identity.amazonaws.com" }
    }]
  })
}
