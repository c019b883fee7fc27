//! Findings in the editor: the same as on the command line, and never of another text than the one on the screen.

use std::fs;
use std::path::{Path, PathBuf};

use rolecall::catalogue::RuleInfo;
use rolecall::cli::{Io, run};
use rolecall::rules;
use serde_json::{Value, json};

use crate::client::{Client, able, scratch, uri, write};

/// Says of a role that it is an instance profile, in `main.tf`, line 5.
pub const SWAPPED: &str = r#"resource "aws_iam_role" "web" {
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
resource "aws_instance" "web" {
  iam_instance_profile = aws_iam_role.web.name
}
resource "aws_iam_instance_profile" "web" {
  role = aws_iam_role.web.name
}
"#;

/// The same, mended.
pub fn mended() -> String {
    SWAPPED.replace(
        "= aws_iam_role.web.name\n}\nresource \"aws_iam_inst",
        "= aws_iam_instance_profile.web.name\n}\nresource \"aws_iam_inst",
    )
}

/// What the command line finds in `directory`: URI, line and column from 0, rule, message.
pub fn command_line(directory: &Path) -> Vec<(String, u64, u64, String, String)> {
    let all: Vec<RuleInfo> = rules::ALL.iter().map(|rule| rule.info()).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut io = Io {
        out: Box::new(&mut out),
        err: Box::new(&mut err),
        input: Box::new(&b""[..]),
        out_is_terminal: false,
        err_is_terminal: false,
        variable: Box::new(|_| None),
        working_directory: directory.to_owned(),
    };
    run(["rolecall", "check", "--format", "json"].map(Into::into), &all, &mut io);
    drop(io);
    let report: Value = serde_json::from_slice(&out).unwrap();
    let finding = |found: &Value| {
        let text = |key: &str| found[key].as_str().unwrap_or("").to_owned();
        let at = |key: &str| found["start"][key].as_u64().unwrap() - 1;
        (uri(&directory.join(text("file"))), at("line"), at("column"), text("rule"), text("message"))
    };
    let mut all: Vec<_> = report["findings"].as_array().unwrap().iter().map(finding).collect();
    all.sort();
    all
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            write(&target, &fs::read_to_string(&path).unwrap());
        }
    }
}

/// The findings that only one side has. Editors get more text behind the message.
fn differences(editor: &Client, directory: &Path) -> Vec<String> {
    let (told, wanted) = (editor.all(), command_line(directory));
    let same = |a: &(String, u64, u64, String, String), b: &(String, u64, u64, String, String)| {
        (&a.0, a.1, a.2, &a.3) == (&b.0, b.1, b.2, &b.3) && a.4.starts_with(&b.4)
    };
    let missing = wanted.iter().filter(|one| !told.iter().any(|other| same(other, one)));
    let noisy = told.iter().filter(|one| !wanted.iter().any(|other| same(one, other)));
    missing.map(|one| format!("missing {one:?}")).chain(noisy.map(|one| format!("noisy {one:?}"))).collect()
}

fn files(directory: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.extension().and_then(|ending| ending.to_str()) {
            _ if path.is_dir() => files(&path, into),
            Some("tf" | "yaml") => into.push(path),
            _ => {}
        }
    }
    into.sort();
}

#[test]
fn the_editor_is_told_what_the_command_line_finds() {
    for tree in ["demo", "hidden", "twins"] {
        let root = scratch(&format!("same {tree}"), &[]);
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(tree), &root);
        let mut all = Vec::new();
        files(&root, &mut all);
        let mut editor = Client::with(able(), &[&root], Value::Null);
        let first = fs::read_to_string(&all[0]).unwrap();
        editor.open(&all[0], &first);
        editor.settle();
        assert_eq!(differences(&editor, &root), Vec::<String>::new(), "{tree}");

        // The same with texts that are not saved: what is in the buffer counts, whatever is on the disk.
        for path in all.iter().step_by(all.len().div_ceil(4)) {
            let text = fs::read_to_string(path).unwrap();
            let other = text.replace("aws_iam_role", "aws_iam_rule").replace("Role", "Rule") + "\n# \u{1F600} {\n";
            editor.open(path, &text);
            editor.change(path, &other);
            editor.settle();
            write(path, &other);
            assert_eq!(differences(&editor, &root), Vec::<String>::new(), "{tree}: {}", path.display());
            editor.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(path) } }));
        }
        editor.end();
    }
}

#[test]
fn findings_come_with_all_that_belongs_to_them() {
    let root = scratch("whole", &[("main.tf", SWAPPED)]);
    let main = root.join("main.tf");
    let mut editor = Client::new(&root);
    editor.open(&main, SWAPPED);
    editor.until(|editor| !editor.rules(&main).is_empty());
    let told = &editor.told[&uri(&main)];
    assert_eq!(told.version, Some(1));
    let found = &told.diagnostics[0];
    assert_eq!(found["code"], "role-as-instance-profile");
    assert_eq!(found["source"], "rolecall");
    assert_eq!(found["severity"], 1);
    assert_eq!(
        found["range"],
        json!({ "start": { "line": 4, "character": 25 }, "end": { "line": 4, "character": 46 } })
    );
    assert_eq!(found["relatedInformation"][0]["location"]["uri"], json!(uri(&main)));
    assert_eq!(found["data"]["fingerprint"].as_str().map(str::len), Some(32));
    let page = found["codeDescription"]["href"].as_str().unwrap();
    let page = page.strip_prefix("file://").unwrap().replace("%20", " ");
    assert!(fs::read_to_string(page).unwrap().starts_with("# role-as-instance-profile\n"));
    editor.end();
}

#[test]
fn a_client_that_shows_no_related_places_reads_them_in_the_message() {
    let root = scratch("folded", &[("main.tf", SWAPPED)]);
    let main = root.join("main.tf");
    let mut editor = Client::with(json!({}), &[&root], Value::Null);
    editor.open(&main, SWAPPED);
    editor.until(|editor| !editor.rules(&main).is_empty());
    let found = &editor.told[&uri(&main)].diagnostics[0];
    assert!(found.get("relatedInformation").is_none() && found.get("codeDescription").is_none());
    assert!(found["message"].as_str().unwrap().contains("\nmain.tf:1: "), "{}", found["message"]);
    editor.end();
}

#[test]
fn findings_follow_every_change_and_reach_files_that_are_not_open() {
    let profile = "resource \"aws_iam_instance_profile\" \"web\" {\n  role = var.role\n}\nvariable \"role\" {}\n";
    let call = "module \"p\" {\n  source = \"./p\"\n  role   = aws_iam_role.web.name\n}\n";
    let role = SWAPPED.split("resource \"aws_instance\"").next().unwrap();
    let bad = role.replace("ec2.amazonaws.com", "lambda.amazonaws.com");
    let root = scratch("follow", &[("main.tf", call), ("role.tf", role), ("p/main.tf", profile)]);
    let (main, roles) = (root.join("main.tf"), root.join("role.tf"));
    let mut editor = Client::new(&root);
    editor.open(&roles, role);
    editor.settle();
    assert_eq!(editor.all(), [], "all is well");

    let version = editor.change(&roles, &bad);
    editor.until(|editor| !editor.rules(&main).is_empty());
    assert_eq!(editor.rules(&main), ["missing-service-trust"], "reported where the role is handed over");
    assert_eq!(editor.told[&uri(&main)].version, None, "the file is not open");
    assert!(version > 1);

    editor.change(&roles, &format!("{bad}\nresource \"aws_iam_role\" {{\n"));
    editor.until(|editor| editor.rules(&roles) == ["syntax-error"]);
    editor.change(&roles, role);
    editor.until(|editor| editor.rules(&main).is_empty() && editor.rules(&roles).is_empty());

    // Closed without saving: what is on the disk holds again.
    editor.change(&roles, &bad);
    editor.until(|editor| !editor.rules(&main).is_empty());
    editor.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(&roles) } }));
    editor.until(|editor| editor.rules(&main).is_empty());
    editor.end();
}

#[test]
fn a_text_that_does_not_parse_keeps_no_old_findings() {
    let template =
        "Resources:\n  R:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles: [!Ref Missing]\n";
    let root = scratch("broken", &[("stack.yaml", template)]);
    let stack = root.join("stack.yaml");
    let mut editor = Client::new(&root);
    editor.open_uri(&uri(&stack), "yaml", template);
    editor.until(|editor| editor.rules(&stack) == ["unresolved-reference"]);
    let version = editor.change(&stack, &template.replace("[!Ref Missing]", "[!Ref Missing: {"));
    editor.until(|editor| editor.told[&uri(&stack)].version == Some(version.into()));
    assert!(editor.rules(&stack).contains(&"syntax-error".to_owned()));
    assert!(!editor.rules(&stack).contains(&"unresolved-reference".to_owned()), "{:?}", editor.rules(&stack));
    editor.end();
}

#[test]
fn columns_count_what_was_agreed_on() {
    let line = "  /* \u{1F600}\u{1F600}é */ iam_instance_profile = aws_iam_role.web.name";
    let text = SWAPPED.replace("  iam_instance_profile = aws_iam_role.web.name", line).replace('\n', "\r\n");
    let column = |text: &str, unit: fn(char) -> usize| {
        let line = text.lines().nth(4).unwrap();
        line[..line.find("aws_iam_role").unwrap()].chars().map(unit).sum::<usize>() as u64
    };
    for (encodings, unit) in [
        (json!(["utf-8", "utf-16"]), char::len_utf8 as fn(char) -> usize),
        (json!(["utf-16"]), char::len_utf16),
        (json!(["utf-32", "utf-16"]), char::len_utf16),
        (json!(["utf-32"]), |_| 1),
        (json!(null), char::len_utf16),
    ] {
        // A mark on the disk is none that an editor counts.
        let root = scratch(
            &format!("columns {}", encodings.to_string().replace(['"', '[', ']', ','], "")),
            &[("a.tf", "# nothing"), ("main.tf", &format!("\u{feff}{text}"))],
        );
        let mut able = able();
        able["general"]["positionEncodings"] = encodings.clone();
        let mut editor = Client::with(able, &[&root], Value::Null);
        let chosen = editor.initialized["capabilities"]["positionEncoding"].as_str().unwrap();
        assert!(encodings.is_null() && chosen == "utf-16" || encodings.as_array().unwrap().contains(&json!(chosen)));
        editor.open(&root.join("a.tf"), "# nothing");
        editor.settle();
        let all = editor.all();
        assert_eq!(all.len(), 1, "{all:?}");
        assert_eq!((all[0].1, all[0].2), (4, column(&text, unit)), "{encodings}");

        // The same file in the editor, changed in the middle of that line, by the same count.
        let main = root.join("main.tf");
        editor.open(&main, &text);
        let at = json!({ "line": 4, "character": all[0].2 });
        editor.change_part(&uri(&main), json!({ "range": { "start": at, "end": at }, "text": "(" }));
        let end = json!({ "line": 4, "character": all[0].2 + 1 + "aws_iam_role.web.name".len() as u64 });
        editor.change_part(&uri(&main), json!({ "range": { "start": end, "end": end }, "text": ")" }));
        editor.settle();
        assert_eq!(editor.all().len(), 1, "{:?}", editor.all());
        editor.end();
    }
}

#[test]
fn a_client_that_asks_is_not_told() {
    let root = scratch("asking", &[("main.tf", SWAPPED)]);
    let main = root.join("main.tf");
    let mut able = able();
    able["textDocument"]["diagnostic"] = json!({ "dynamicRegistration": true });
    able["workspace"]["diagnostics"] = json!({ "refreshSupport": true });
    let mut editor = Client::with(able, &[&root], json!({ "diagnosticMode": "pull" }));
    editor.open(&main, SWAPPED);
    let about = json!({ "textDocument": { "uri": uri(&main) } });
    let report = editor.request("textDocument/diagnostic", about.clone()).unwrap();
    assert_eq!(report["items"][0]["code"], "role-as-instance-profile");
    let id = report["resultId"].clone();
    let again = json!({ "textDocument": { "uri": uri(&main) }, "previousResultId": id });
    assert_eq!(editor.request("textDocument/diagnostic", again).unwrap()["kind"], "unchanged");
    editor.change(&main, &mended());
    assert_eq!(editor.request("textDocument/diagnostic", about).unwrap()["items"], json!([]));
    let previous = json!({ "previousResultIds": [{ "uri": uri(&main), "value": id }] });
    let all = editor.request("workspace/diagnostic", previous).unwrap();
    assert_eq!(all["items"][0]["items"], json!([]));
    let registered = &editor.asked.iter().find(|(method, _)| method == "client/registerCapability").unwrap().1;
    assert_eq!(registered["registrations"][0]["registerOptions"]["interFileDependencies"], true);
    assert!(editor.asked.iter().any(|(method, _)| method == "workspace/diagnostic/refresh"));
    assert!(editor.told.is_empty(), "{:?}", editor.told);
    editor.end();
}
