a = "from the file"
b = "5"
c = [1, true, "x"]
e = "overridden"
