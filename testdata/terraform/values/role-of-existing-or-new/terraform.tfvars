existing_role = "old"
create_role   = null
