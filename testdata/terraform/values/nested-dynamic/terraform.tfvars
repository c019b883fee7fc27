statements = {
  beta = {
    actions  = ["sts:AssumeRole", "sts:TagSession"]
    services = { Service = ["x", "y"] }
    when     = { "aws:SourceAccount" = "111122223333" }
  }
  alpha = {
    actions  = ["sts:AssumeRole"]
    services = { Service = ["z"] }
  }
}
