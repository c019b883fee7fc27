services = ["ec2", "lambda"]
accounts = []
