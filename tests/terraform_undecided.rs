//! What is kept of values that Terraform would call unknown, or that depend on variables nobody has given.

#[path = "support/memory.rs"]
mod memory;

use memory::Memory;
use rolecall::graph::{Configuration, Dialect};
use rolecall::terraform::{self, Inputs, Library};
use rolecall::value::{Formula, Segment, Shape, Value};

fn interest(_: Dialect, kind: &str) -> Option<&'static [&'static str]> {
    match kind {
        "aws_iam_role" => Some(&["name", "path", "assume_role_policy"]),
        "aws_iam_instance_profile" => Some(&["name", "role"]),
        "aws_instance" => Some(&["iam_instance_profile"]),
        _ => None,
    }
}

#[cfg(test)]
fn evaluate(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Configuration {
    let memory = Memory::new(files.iter().copied());
    let variables = variables.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let library = Library::default();
    let inputs = Inputs { variables, ..Inputs::default() };
    terraform::evaluate("", inputs, &library, &memory, &interest).unwrap()
}

/// A value in short: references in angle brackets, `?` for unknown, `!` for an error, alternatives apart by ` | `.
fn say(value: &Value, configuration: &Configuration) -> String {
    let nested = |value: &Value| say(value, configuration);
    match &value.shape {
        Shape::Null => "null".into(),
        Shape::Bool(value) => value.to_string(),
        Shape::Number(number) => number.to_string(),
        Shape::Text(text) => text.to_string(),
        Shape::Template(segments) => segments
            .iter()
            .map(|segment| match segment {
                Segment::Literal { text, .. } => text.to_string(),
                Segment::Value(value) => nested(value),
            })
            .collect(),
        Shape::Json(value) => format!("json({})", nested(value)),
        Shape::Sequence(_, items) => format!("[{}]", items.iter().map(nested).collect::<Vec<_>>().join(", ")),
        Shape::Mapping(_, entries) => {
            let entries = entries.iter().map(|entry| format!("{}: {}", entry.key, nested(&entry.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Shape::Open(open) => format!("[{}...]", nested(&open.element)),
        Shape::Resource(id) => format!("<{}>", configuration.resource(*id).address),
        Shape::Symbol(symbol) => {
            format!("<{}.{}>", configuration.resource(symbol.resource).address, symbol.attribute)
        }
        Shape::Choice(alternatives) => {
            let mut said: Vec<String> = alternatives.iter().map(|alternative| nested(&alternative.value)).collect();
            said.sort();
            said.join(" | ")
        }
        Shape::Unknown(_) => "?".into(),
        Shape::Error(_) => "!".into(),
    }
}

/// What an expression is said to be beside these declarations.
#[track_caller]
fn expect(declarations: &str, variables: &[(&str, &str)], answers: &[(&str, &str)]) {
    let mut text = format!("{declarations}\n");
    for (index, (expression, _)) in answers.iter().enumerate() {
        text.push_str(&format!("output \"x{index}\" {{\n  value = {expression}\n}}\n"));
    }
    let configuration = evaluate(&[("main.tf", &text)], variables);
    let differing: Vec<String> = answers
        .iter()
        .zip(&configuration.outputs)
        .map(|((expression, wanted), output)| (expression, wanted, say(&output.value, &configuration)))
        .filter(|(_, wanted, said)| said != *wanted)
        .map(|(expression, wanted, said)| format!("{expression}\n    is   {said}\n    not  {wanted}"))
        .collect();
    assert!(differing.is_empty(), "\n{}", differing.join("\n"));
}

const UNKNOWN: &str = r#"
variable "u" {}
variable "b" { type = bool }
variable "s" { type = string }
variable "set" {
  type     = string
  nullable = false
}
variable "l" { type = list(string) }
variable "empty" { default = {} }
"#;

#[test]
fn operators_beside_unknown_values() {
    expect(
        UNKNOWN,
        &[],
        &[
            ("false && var.b", "false"),
            ("var.b && false", "false"),
            ("true || var.b", "true"),
            ("var.b || true", "true"),
            ("true && var.b", "?"),
            ("!var.b", "?"),
            ("var.u == null", "?"),
            ("var.set == null", "false"),
            ("var.s == 1", "false"),
            ("[var.s] == []", "false"),
            ("{a = var.s} == {b = 1}", "false"),
            ("\"a-${var.s}\" == \"b\"", "false"),
            ("\"a-${var.s}\"", "a-?"),
            ("var.u + 1", "?"),
            ("1 / 0", "!"),
        ],
    );
}

#[test]
fn conditionals_and_collections_beside_unknown_values() {
    expect(
        UNKNOWN,
        &[],
        &[
            ("var.b ? \"a\" : \"b\"", "a | b"),
            ("var.b ? \"a\" : \"a\"", "a | a"),
            ("var.b ? 1 : \"a\"", "1 | a"),
            ("jsonencode(var.b ? 1 : \"1\")", "json(1) | json(1)"),
            ("var.b ? [\"a\"] : []", "[] | [a]"),
            ("var.b ? var.s : null", "? | null"),
            ("var.b ? (var.b ? \"a\" : \"b\") : \"c\"", "a | c"),
            ("var.b && var.u == \"x\" ? (var.b ? \"a\" : \"b\") : \"c\"", "a | c"),
            ("[\"a\", var.s][0]", "a"),
            ("{a = 1, b = var.s}.a", "1"),
            ("[for x in [\"a\", var.s] : \"${x}!\"]", "[a!, ?!]"),
            ("[for x in [\"a\", \"b\"] : x if var.b]", "[] | [a, b]"),
            ("length([var.s, var.s])", "2"),
            ("one(var.b ? [\"a\"] : [])", "a | null"),
            ("join(\"\", var.b ? [\"a\"] : [])", " | a"),
            ("try((var.b ? [\"a\"] : [])[0], \"none\")", "a | none"),
            ("var.l[*]", "?"),
            ("try(var.l[0], \"x\")", "?"),
            ("{a = \"x\", b = \"y\"}[var.s]", "! | x | y"),
            ("try({a = \"x\", b = \"y\"}[var.s], \"z\")", "x | y | z"),
            ("{a = {b = \"x\"}, c = {b = \"y\"}}[var.s].b", "! | x | y"),
            ("{a = \"x\", b = \"y\"}[\"${var.s}-1\"]", "?"),
            ("try(var.empty.name, null) == null", "true"),
            ("try(var.empty.name, null) == null ? \"a\" : \"b\"", "a | b"),
            ("can(var.empty.name) ? \"a\" : \"b\"", "a | b"),
            ("can([1][3]) ? \"yes\" : \"no\"", "no"),
        ],
    );
}

const ROLES: &str = r#"
variable "create" { default = true }
variable "name" { default = "web" }
resource "aws_iam_role" "r" {
  count = var.create ? 1 : 0
  name  = var.name
}
resource "aws_iam_role" "twin" {
  count = var.create ? 1 : 0
}
"#;

#[test]
fn a_default_decides_nothing() {
    expect(
        ROLES,
        &[],
        &[
            ("var.create ? \"yes\" : \"no\"", "no | yes"),
            ("one(aws_iam_role.r[*].name)", "null | web"),
            ("try(aws_iam_role.twin[0].arn, \"none\")", "<aws_iam_role.twin[0].arn> | none"),
            ("var.create ? aws_iam_role.twin[0].name : \"other\"", "<aws_iam_role.twin[0].name> | other"),
            ("aws_iam_role.r[*].name", "[] | [web]"),
            ("\"${var.name}-x\"", "web-x"),
        ],
    );
    let configuration = evaluate(&[("main.tf", ROLES)], &[]);
    let [one, two] = &configuration.resources[..] else { panic!("two roles") };
    assert!(matches!(one.exists, Formula::Atom(_)), "{:?}", one.exists);
    assert_eq!(one.exists, two.exists, "both exist under one condition");
}

#[test]
fn a_given_value_decides() {
    let answers: &[(&str, &str)] = &[
        ("var.create ? \"yes\" : \"no\"", "no"),
        ("one(aws_iam_role.r[*].name)", "null"),
        ("try(aws_iam_role.r[0].arn, \"none\")", "none"),
    ];
    expect(ROLES, &[("create", "false")], answers);
    expect(ROLES, &[("create", "true"), ("name", "db")], &[("one(aws_iam_role.r[*].name)", "db")]);
    assert!(evaluate(&[("main.tf", ROLES)], &[("create", "false")]).resources.is_empty());
}

#[test]
fn a_module_argument_decides() {
    let module = format!("{ROLES}\noutput \"arn\" {{ value = one(aws_iam_role.twin[*].arn) }}\n");
    let main = "module \"m\" {\n  source = \"./m\"\n  create = true\n}\n\
        module \"n\" {\n  source = \"./m\"\n  create = false\n}\n\
        output \"m\" { value = [module.m.arn, module.n.arn] }\n";
    let configuration = evaluate(&[("main.tf", main), ("m/main.tf", &module)], &[]);
    let said: Vec<String> = configuration.outputs.iter().map(|output| say(&output.value, &configuration)).collect();
    assert_eq!(said, ["[<module.m.aws_iam_role.twin[0].arn>, null]"]);
    assert!(configuration.resources.iter().all(|resource| resource.exists == Formula::True));
}

#[test]
fn an_ignored_trust_policy_is_not_known() {
    let role = |lifecycle: &str| {
        format!(
            "resource \"aws_iam_role\" \"r\" {{\n  name = \"n\"\n  assume_role_policy = \"{{}}\"\n  {lifecycle}\n}}\n"
        )
    };
    for (lifecycle, wanted) in [
        ("", "{}"),
        ("lifecycle { ignore_changes = [tags] }", "{}"),
        ("lifecycle { ignore_changes = [tags, assume_role_policy] }", "?"),
        ("lifecycle { ignore_changes = [\"assume_role_policy\"] }", "?"),
        ("lifecycle { ignore_changes = all }", "?"),
    ] {
        let configuration = evaluate(&[("main.tf", &role(lifecycle))], &[]);
        let [resource] = &configuration.resources[..] else { panic!("one role") };
        assert_eq!(say(resource.value("assume_role_policy").unwrap(), &configuration), wanted, "{lifecycle}");
        assert_eq!(say(resource.value("name").unwrap(), &configuration), "n", "{lifecycle}");
    }
    let json = r#"{"resource": {"aws_iam_role": {"r": {
        "assume_role_policy": "{}", "lifecycle": {"ignore_changes": ["assume_role_policy"]}}}}}"#;
    let configuration = evaluate(&[("main.tf.json", json)], &[]);
    let [resource] = &configuration.resources[..] else { panic!("one role") };
    assert_eq!(say(resource.value("assume_role_policy").unwrap(), &configuration), "?");
}

#[test]
fn provider_configurations_keep_names_apart() {
    let main = "resource \"aws_iam_role\" \"a\" {}\n\
        resource \"aws_iam_role\" \"b\" {\n  provider = aws.other\n}\n\
        module \"m\" {\n  source = \"./m\"\n  providers = { aws = aws.other }\n}\n\
        module \"n\" {\n  source = \"./m\"\n}\n";
    let configuration = evaluate(&[("main.tf", main), ("m/main.tf", "resource \"aws_iam_role\" \"c\" {}\n")], &[]);
    let scope = |address: &str| {
        let found = configuration.resources.iter().find(|resource| *resource.address == *address);
        found.unwrap().scope.clone()
    };
    assert_eq!(scope("aws_iam_role.a"), scope("module.n.aws_iam_role.c"));
    assert_eq!(scope("aws_iam_role.b"), scope("module.m.aws_iam_role.c"));
    assert_ne!(scope("aws_iam_role.a"), scope("aws_iam_role.b"));
}

#[test]
fn open_sets_keep_references() {
    let declarations = "variable \"names\" { type = set(string) }\nvariable \"n\" {}\n\
        resource \"aws_iam_role\" \"k\" {\n  for_each = var.names\n}\n\
        resource \"aws_iam_role\" \"c\" {\n  count = var.n\n}\n";
    expect(
        declarations,
        &[],
        &[
            ("[for r in aws_iam_role.k : r.arn]", "[<aws_iam_role.k[*].arn>...]"),
            ("aws_iam_role.c[*].arn", "[<aws_iam_role.c[*].arn>...]"),
            ("try(aws_iam_role.c[0].name, \"none\")", "<aws_iam_role.c[*].name> | none"),
            ("{ for k, r in aws_iam_role.k : k => r.name }", "[<aws_iam_role.k[*].name>...]"),
            ("try(aws_iam_role.k[\"a\"].arn, null)", "<aws_iam_role.k[*].arn> | null"),
        ],
    );
}

/// The accounts of the roles, as groups of their addresses.
fn accounts(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let configuration = evaluate(files, &[]);
    let mut groups: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for resource in &configuration.resources {
        groups.entry(resource.scope.to_string()).or_default().push(resource.address.to_string());
    }
    let mut groups: Vec<Vec<String>> = groups.into_values().collect();
    groups.iter_mut().for_each(|group| group.sort());
    groups.sort();
    groups
}

#[test]
fn regions_share_an_account_and_credentials_do_not() {
    let main = r#"
        provider "aws" { region = "eu-west-1" }
        provider "aws" {
          alias  = "east"
          region = "us-east-1"
        }
        provider "aws" {
          alias   = "other"
          profile = "other"
        }
        provider "aws" {
          alias = "assumed"
          assume_role {
            role_arn     = "arn:aws:iam::111122223333:role/deploy"
            session_name = "one"
          }
        }
        provider "aws" {
          alias  = "assumed_east"
          region = "us-east-1"
          assume_role {
            role_arn     = "arn:aws:iam::111122223333:role/deploy"
            session_name = "two"
          }
        }
        resource "aws_iam_role" "default" {}
        resource "aws_iam_role" "east" { provider = aws.east }
        resource "aws_iam_role" "other" { provider = "aws.other" }
        resource "aws_iam_role" "assumed" { provider = aws.assumed }
        resource "aws_iam_role" "assumed_east" { provider = aws.assumed_east }
        resource "aws_iam_role" "nowhere" { provider = aws.nowhere }
        module "inherits" { source = "./m" }
        module "handed" {
          source    = "./m"
          providers = { aws = aws.other, aws.second = aws.east }
        }
    "#;
    let module = r#"
        provider "aws" { alias = "second" }
        resource "aws_iam_role" "own" {}
        resource "aws_iam_role" "second" { provider = aws.second }
    "#;
    let expected = [
        vec!["aws_iam_role.assumed", "aws_iam_role.assumed_east"],
        vec![
            "aws_iam_role.default",
            "aws_iam_role.east",
            "module.handed.aws_iam_role.second",
            "module.inherits.aws_iam_role.own",
            "module.inherits.aws_iam_role.second",
        ],
        vec!["aws_iam_role.nowhere"],
        vec!["aws_iam_role.other", "module.handed.aws_iam_role.own"],
    ];
    assert_eq!(accounts(&[("main.tf", main), ("m/main.tf", module)]), expected);
}

#[test]
fn what_is_imported_has_the_name_it_is_imported_by() {
    let declarations = r#"
        import {
          to = aws_iam_role.there
          id = "already-there"
        }
        resource "aws_iam_role" "there" {}
        resource "aws_iam_role" "new" {}
    "#;
    let answers = [("aws_iam_role.there.name", "already-there"), ("aws_iam_role.new.name", "<aws_iam_role.new.name>")];
    expect(declarations, &[], &answers);
}

#[test]
fn opentofu_can_leave_a_resource_out() {
    let declarations = r#"
        variable "wanted" {}
        resource "aws_iam_role" "no" {
          lifecycle { enabled = false }
        }
        resource "aws_iam_role" "yes" {
          lifecycle { enabled = 1 < 2 }
        }
        resource "aws_iam_role" "perhaps" {
          lifecycle { enabled = var.wanted }
        }
    "#;
    let answers = [
        ("aws_iam_role.no", "null"),
        ("aws_iam_role.yes.name", "<aws_iam_role.yes.name>"),
        ("try(aws_iam_role.perhaps.name, \"none\")", "<aws_iam_role.perhaps.name> | none"),
    ];
    expect(declarations, &[], &answers);
}

#[test]
fn text_for_a_variable_of_any_type_is_an_expression() {
    let declarations = r#"
        variable "any" { type = any }
        variable "untyped" {}
        variable "list" { type = list(string) }
    "#;
    let given = [("any", "{ a = [1, true] }"), ("untyped", "{ a = [1, true] }"), ("list", "[1, 2]")];
    let answers = [("var.any", "{a: [1, true]}"), ("var.untyped", "{ a = [1, true] }"), ("var.list", "[1, 2]")];
    expect(declarations, &given, &answers);
}

#[test]
fn a_service_principal_is_known_up_to_its_suffix() {
    let declarations = r#"
        data "aws_service_principal" "monitoring" { service_name = "monitoring.rds" }
    "#;
    let answers = [(
        "data.aws_service_principal.monitoring.name",
        "monitoring.rds.<data.aws_service_principal.monitoring.suffix>",
    )];
    expect(declarations, &[], &answers);
}

#[test]
fn a_module_that_a_mapped_source_leads_to_is_no_root() {
    let memory = Memory::new([
        ("live/main.tf", "module \"a\" {\n  source = \"example/a/aws\"\n}\n"),
        ("modules/a/main.tf", "module \"b\" {\n  source = \"../b\"\n}\n"),
        ("modules/b/main.tf", "locals {}\n"),
    ]);
    let directories = ["live", "modules/a", "modules/b"].map(str::to_string).into();
    let roots = |mappings: &[(String, String)]| terraform::roots(&directories, mappings, &Library::default(), &memory);
    assert_eq!(roots(&[]), ["live", "modules/a"]);
    assert_eq!(roots(&[("example/a/aws".into(), "modules/a".into())]), ["live"]);
}

#[test]
fn a_block_has_more_than_is_written_in_it() {
    let declarations = r#"
        resource "aws_instance" "app" {
          root_block_device {
            volume_size = 8
            kms_key_id  = null
          }
          dynamic "ebs_block_device" {
            for_each = ["/dev/sdb"]
            content { device_name = ebs_block_device.value }
          }
        }
    "#;
    let answers = [
        ("aws_instance.app.root_block_device[0].volume_size", "8"),
        ("aws_instance.app.root_block_device[0].volume_id", "<aws_instance.app.root_block_device[0].volume_id>"),
        ("aws_instance.app.root_block_device[0].kms_key_id", "<aws_instance.app.root_block_device[0].kms_key_id>"),
        (
            "try(aws_instance.app.root_block_device[0].volume_id, null)",
            "<aws_instance.app.root_block_device[0].volume_id>",
        ),
        ("aws_instance.app.ebs_block_device[*].device_name", "[/dev/sdb]"),
        ("aws_instance.app.ebs_block_device[0].volume_id", "<aws_instance.app.ebs_block_device[0].volume_id>"),
    ];
    expect(declarations, &[], &answers);
}

#[test]
fn what_may_be_a_list_is_not_taken_for_one_element() {
    let declarations = r#"
        resource "aws_iam_role" "app" {}
        resource "aws_acm_certificate" "app" { count = 1 }
        variable "any" {}
    "#;
    let answers = [
        ("length(flatten([aws_iam_role.app.arn, aws_acm_certificate.app[0].id]))", "2"),
        ("length(flatten(aws_acm_certificate.app[*].validation_emails))", "?"),
        ("length(flatten([[\"a\"], var.any]))", "?"),
        ("flatten([aws_iam_role.app.arn])", "[<aws_iam_role.app.arn>]"),
    ];
    expect(declarations, &[], &answers);
}

#[test]
fn documents_keep_their_structure_through_text() {
    let declarations = r#"
        resource "aws_iam_role" "app" {}
        variable "any" {}
        locals {
          yaml = <<-EOT
            Version: "2012-10-17"
            Statement:
              - Principal: {AWS: ${aws_iam_role.app.arn}}
                Resource: "arn:aws:s3:::${var.any}/*"
                Odd: ${var.any}
                Date: 2012-10-17
          EOT
          json = "{\"a\": [\"${aws_iam_role.app.name}\", \"x-${var.any}\", 1]}"
        }
    "#;
    let answers = [
        ("yamldecode(local.yaml).Statement[0].Principal.AWS", "<aws_iam_role.app.arn>"),
        ("yamldecode(local.yaml).Statement[0].Resource", "arn:aws:s3:::?/*"),
        ("yamldecode(local.yaml).Statement[0].Odd", "?"),
        ("yamldecode(local.yaml).Statement[0].Date", "2012-10-17T00:00:00Z"),
        ("yamldecode(\"${var.any}: 1\")", "?"),
        ("jsondecode(local.json).a", "[<aws_iam_role.app.name>, x-?, 1]"),
        ("jsondecode(\"{\\\"a\\\": ${var.any}}\")", "?"),
    ];
    expect(declarations, &[], &answers);
}
