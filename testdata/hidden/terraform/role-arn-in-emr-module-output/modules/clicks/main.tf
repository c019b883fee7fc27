variable "identity" {
  type = string
}

resource "aws_emr_cluster" "clicks" {
  name          = "clicks"
  release_label = "emr-7.5.0"
  applications  = ["Spark"]
  service_role  = "EMR_DefaultRole_V2"

  ec2_attributes {
    instance_profile = var.identity
    subnet_id        = "subnet-0a1b2c3d4e5f60718"
  }

  master_instance_group {
    instance_type = "m5.xlarge"
  }
}
