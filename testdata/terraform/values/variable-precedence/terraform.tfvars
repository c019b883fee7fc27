in_tfvars   = "tfvars"
in_json     = "tfvars"
in_first    = "tfvars"
in_second   = "tfvars"
by_argument = "tfvars"
tags        = { from = "tfvars" }
