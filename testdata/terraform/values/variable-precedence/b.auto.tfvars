in_second   = "second"
by_argument = "second"
