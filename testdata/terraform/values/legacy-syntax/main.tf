variable "name" { type = string }
variable "list" { type = list(string) }
resource "aws_iam_role" "r" {
  name               = "${var.name}"
  path               = "${var.name == "x" ? "/x/" : "/"}"
  assume_role_policy = "${data.aws_iam_policy_document.d.json}"
}
data "aws_iam_policy_document" "d" {
  statement {
    actions = ["${"sts:AssumeRole"}"]
    principals {
      type        = "Service"
      identifiers = ["${formatlist("%s.amazonaws.com", "${var.list}")}"][0]
    }
  }
}
resource "aws_iam_instance_profile" "p" {
  count = "${length(var.list)}"
  name  = "${element(var.list, count.index)}-${count.index}"
  role  = "${aws_iam_role.r.name}"
}
output "element" { value = "${element(aws_iam_instance_profile.p.*.name, 1)}" }
output "join" { value = "${join(",", aws_iam_instance_profile.p.*.name)}" }
output "index" { value = "${aws_iam_instance_profile.p.0.name}" }
