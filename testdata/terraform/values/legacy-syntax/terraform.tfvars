name = "x"
list = ["ec2", "ssm"]
