resource "aws_iam_role" "n" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/X" }
    }]
  })
}

resource "aws_eks_node_group" "n" {
  node_role_arn = aws_iam_role.n.arn
}
