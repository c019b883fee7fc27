roles = {
  b = { services = ["ec2", "ecs"] }
  a = { services = ["ec2"] }
  c = { services = [] }
}
