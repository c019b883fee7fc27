resource "aws_launch_template" "t" {
  iam_instance_profile {
    name = "nodes"
  }
}

resource "aws_eks_node_group" "n" {
  launch_template {
    id      = aws_launch_template.t.id
    version = "1"
  }
}
