d = { one = 1, two = false }
a = "from the automatic file"
