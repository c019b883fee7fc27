create   = true
existing = ""
