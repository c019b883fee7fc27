resource "aws_iam_role" "job" {
  name               = "job"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:TagSession"] # how
      Principal = { Service = "pods.eks.amazonaws.com" }
    }]
  })
}

resource "aws_eks_pod_identity_association" "job" {
  cluster_name    = "main"
  namespace       = "jobs"
  service_account = "job"
  role_arn        = aws_iam_role.job.arn
}
