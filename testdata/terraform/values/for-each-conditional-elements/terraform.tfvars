users = [{ name = "ann", admin = true }, { name = "bob" }, { name = "cyd", admin = "true" }]
