variable "identity" {
  type = string
}

resource "aws_batch_compute_environment" "nightly" {
  type = "MANAGED"

  compute_resources {
    type               = "EC2"
    instance_role      = var.identity
    instance_type      = ["optimal"]
    max_vcpus          = 32
    security_group_ids = ["sg-0a1b2c3d4e5f60718"]
    subnets            = ["subnet-0a1b2c3d4e5f60718"]
  }
}
