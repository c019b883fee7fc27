data "aws_iam_policy_document" "trust" {
  statement {
    actions = [
      "sts:AssumeRole", # to begin with
    ]

    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }
  } # the only one
}

resource "aws_iam_role" "job" {
  name               = "job"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_eks_pod_identity_association" "job" {
  cluster_name    = "main"
  namespace       = "jobs"
  service_account = "job"
  role_arn        = aws_iam_role.job.arn
}
