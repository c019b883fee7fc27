variable "s" { type = string }
variable "b" { type = bool }
variable "l" { type = list(string) }
variable "st" { type = set(string) }
variable "m" { type = map(string) }
variable "t" { type = tuple([number, string]) }
variable "o" { type = object({ a = number }) }
variable "any" { type = any }
variable "ml" { type = map(list(string)) }
output "out" {
  value = {
    s = var.s, b = var.b, l = var.l, st = tolist(var.st), m = var.m, t = var.t, o = var.o, any = var.any, ml = var.ml
  }
}
output "equal" { value = [var.l == [], var.s == "5", var.s == 5, var.st == toset(["a", "b"]), var.m == { a = "1", b = "true" }] }
