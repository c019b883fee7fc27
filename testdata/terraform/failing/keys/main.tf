locals {
  roles  = { jobs = "batch-jobs", web = "web-servers" }
  copied = { for name, role in local.roles : upper(name) => role if name != "web" }
  merged = merge(local.roles, { cron = "cron" })
  file   = jsondecode(file("${path.module}/roles.json"))
  nested = { a = { b = "c" } }
}

output "copied" {
  value = local.copied["WEB"]
}

output "merged" {
  value = "${local.merged["web"]}-${local.merged["crown"]}"
}

output "from_a_file" {
  value = local.file["roles"]["webs"]
}

output "nested" {
  value = local.nested["a"]["c"]
}

output "there" {
  value = [local.roles["web"], local.copied["JOBS"], local.merged["cron"], local.file["roles"]["web"]]
}
