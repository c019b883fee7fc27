//! Long sessions in which everything happens at once, after which the editor must know what the command line says of the
//! files as they are; and what decides beside the texts: baselines, broken configurations, odd URIs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::client::{Client, able, scratch, uri, write};
use crate::finding::{SWAPPED, command_line, mended};

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

const CALL: &str = "module \"m\" {\n  source = \"./m\"\n}\n";
const TEMPLATE: &str = "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {Statement: \
                        [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: ec2.amazonaws.com}}]}\n  I:\n    \
                        Type: AWS::EC2::Instance\n    Properties:\n      ImageId: ami-1\n      IamInstanceProfile: !Ref R\n";

/// A change of a part of a text in the form of the protocol, with columns in UTF-16, and the text after it.
fn part(text: &str, from: usize, to: usize, new: &str) -> (Value, String) {
    let position = |at: usize| {
        let before = &text[..at];
        let line = before.matches('\n').count();
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        json!({ "line": line, "character": text[start..at].encode_utf16().count() })
    };
    let change = json!({ "range": { "start": position(from), "end": position(to) }, "text": new });
    (change, format!("{}{new}{}", &text[..from], &text[to..]))
}

/// The nearest place at or before `at` that a position can name: none is inside a character or a line end.
fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) || text[..at].ends_with('\r') && text[at..].starts_with('\n') {
        at -= 1;
    }
    at
}

/// One session: many steps, then everything is saved, and both must say the same.
fn session(seed: u64) {
    let files = ["main.tf", "m/main.tf", "other/main.tf", "stack.yaml", "a b.tf"];
    let root = scratch(
        &format!("session {seed}"),
        &[("main.tf", CALL), ("m/main.tf", SWAPPED), ("other/main.tf", SWAPPED), ("stack.yaml", TEMPLATE)],
    );
    let mut numbers = Numbers(seed);
    let mut utf16 = able();
    utf16["general"]["positionEncodings"] = json!(["utf-16"]);
    let mut editor = Client::with(utf16, &[&root], Value::Null);
    let mut open: Vec<(PathBuf, String)> = Vec::new();
    let crlf = SWAPPED.replace('\n', "\r\n");
    let strange = format!("# \u{1F600}\u{1F468}\u{200D}\u{1F469} é\r\n{SWAPPED}");
    let repaired = mended();
    for _ in 0..120 {
        let path = root.join(numbers.one(&files));
        let at = open.iter().position(|(known, _)| *known == path);
        match (numbers.below(9), at) {
            (0..=3, Some(at)) => {
                let text = open[at].1.clone();
                let from = boundary(&text, numbers.below(text.len() + 1));
                let to = boundary(&text, (from + numbers.below(12)).min(text.len())).max(from);
                let (change, text) =
                    part(&text, from, to, numbers.one(&["", "\u{1F600}", "\r\n", "}", "x", "\"", "aws_"]));
                editor.change_part(&uri(&path), change);
                open[at].1 = text;
            }
            (4 | 5, Some(at)) => {
                let text = numbers.one(&[SWAPPED, &crlf, &strange, &repaired, CALL, TEMPLATE, ""]).to_owned();
                editor.change(&path, &text);
                open[at].1 = text;
            }
            (6, Some(at)) => {
                let (path, text) = open.remove(at);
                if numbers.below(2) == 0 {
                    write(&path, &text);
                    editor.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri(&path) } }));
                }
                editor.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(&path) } }));
            }
            (7, None) => {
                // Something else than the editor writes, renames or deletes.
                match numbers.below(3) {
                    0 => drop(fs::remove_file(&path)),
                    1 => drop(fs::rename(&path, root.join("a b.tf"))),
                    _ => write(&path, numbers.one(&[SWAPPED, &crlf, &repaired])),
                }
                let changes = [&path, &root.join("a b.tf")].map(|path| json!({ "uri": uri(path), "type": 2 }));
                editor.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
            }
            (8, _) => {
                // The configuration breaks and is mended.
                let config = root.join(".rolecall.yaml");
                let text = numbers.one(&[
                    "ignore: [",
                    "severity:\n  role-as-instance-profile: warning\n",
                    "exclude: [other]\n",
                ]);
                write(&config, text);
                editor.notify(
                    "workspace/didChangeWatchedFiles",
                    json!({ "changes": [{ "uri": uri(&config), "type": 2 }] }),
                );
            }
            (_, None) => {
                let text = fs::read_to_string(&path).unwrap_or_default();
                editor.open(&path, &text);
                open.push((path, text));
            }
            _ => {
                let about = json!({ "textDocument": { "uri": uri(&path) }, "position": { "line": 3, "character": 9 } });
                let id = editor.send("textDocument/hover", about);
                editor.notify("$/cancelRequest", json!({ "id": id }));
            }
        }
    }
    let config = root.join(".rolecall.yaml");
    write(&config, "exclude: [nothing]\n");
    for (path, text) in &open {
        write(path, text);
        editor.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri(path) } }));
    }
    editor.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri(&config), "type": 2 }] }));
    editor.settle();
    // Columns of the command line are in characters, and help is no part of its messages, so both are left out.
    let comparable = |all: Vec<(String, u64, u64, String, String)>| {
        let first = |message: &str| message.lines().next().unwrap_or("").to_owned();
        let mut all: Vec<_> = all
            .iter()
            .map(|(uri, line, _, rule, message)| (uri.clone(), *line, rule.clone(), first(message)))
            .collect();
        all.sort();
        all
    };
    assert_eq!(comparable(editor.all()), comparable(command_line(&root)), "seed {seed}");
    editor.end();
}

#[test]
fn after_any_session_the_editor_knows_what_the_command_line_says() {
    for seed in 1..=8 {
        session(seed);
    }
}

fn write_baseline(root: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    let options = ["check", "--write-baseline", "--force", "--fail-on", "never", "-qq"];
    assert!(command.current_dir(root).args(options).status().unwrap().success());
}

#[test]
fn what_a_baseline_knows_is_not_shown() {
    let known = [("main.tf", SWAPPED), ("new/main.tf", ""), (".rolecall.yaml", "baseline: known/list.json\n")];
    let root = scratch("baseline", &known);
    fs::create_dir_all(root.join("known")).unwrap();
    write_baseline(&root);
    let (main, new) = (root.join("main.tf"), root.join("new/main.tf"));
    let mut editor = Client::new(&root);
    editor.open(&main, SWAPPED);
    editor.open(&new, SWAPPED);
    editor.settle();
    assert_eq!((editor.rules(&main).len(), editor.rules(&new).len()), (0, 1));
    // A second one that is alike is not known.
    let second = SWAPPED.replace("\"web\"", "\"second\"");
    editor.change(&main, &format!("{SWAPPED}{second}"));
    editor.until(|editor| !editor.rules(&main).is_empty());
    // The file is written anew, then gone, which is told.
    editor.change(&main, SWAPPED);
    write(&new, SWAPPED);
    write_baseline(&root);
    let list = root.join("known/list.json");
    let changed = |kind: u32| json!({ "changes": [{ "uri": uri(&list), "type": kind }] });
    editor.notify("workspace/didChangeWatchedFiles", changed(2));
    editor.until(|editor| editor.rules(&main).is_empty() && editor.rules(&new).is_empty());
    editor.settle();
    assert_eq!(editor.all(), command_line(&root));
    fs::remove_file(&list).unwrap();
    editor.notify("workspace/didChangeWatchedFiles", changed(3));
    editor.until(|editor| editor.rules(&main).len() == 1 && editor.rules(&new).len() == 1);
    let shown = |(method, notice): &(String, Value)| {
        method == "window/showMessage" && notice["message"].as_str().unwrap_or("").contains("list.json")
    };
    editor.until(|editor| editor.notices.iter().any(shown));
    editor.end();

    // The editor's own setting goes before the configuration.
    let root = scratch("set baseline", &[("main.tf", SWAPPED), (".rolecall.yaml", "baseline: known.json\n")]);
    write_baseline(&root);
    fs::rename(root.join("known.json"), root.join("set.json")).unwrap();
    let mut editor = Client::with(able(), &[&root], json!({ "baseline": "set.json" }));
    editor.open(&root.join("main.tf"), SWAPPED);
    editor.settle();
    assert!(editor.all().is_empty(), "{:?}", editor.all());
    editor.end();
}

#[test]
fn the_graph_around_a_file_is_shown() {
    let root = scratch("graph", &[("main.tf", SWAPPED), ("other/main.tf", SWAPPED)]);
    let main = root.join("main.tf");
    let mut editor = Client::new(&root);
    editor.open(&main, SWAPPED);
    let graph = |editor: &mut Client, arguments: Value| {
        editor.request("workspace/executeCommand", json!({ "command": "rolecall.showGraph", "arguments": arguments }))
    };
    let text = graph(&mut editor, json!([uri(&main)])).unwrap();
    assert!(text.as_str().unwrap().starts_with("flowchart LR"), "{text}");
    editor.until(|editor| editor.asked.iter().any(|(method, _)| method == "window/showDocument"));
    let (_, asked) = editor.asked.iter().find(|(method, _)| method == "window/showDocument").unwrap();
    let file = asked["uri"].as_str().unwrap().trim_start_matches("file://").replace("%20", " ");
    assert_eq!(json!(fs::read_to_string(file).unwrap()), text);
    // What is not saved is in it, and nothing of other root modules.
    editor.change(&main, &SWAPPED.replace("\"web\"", "\"unsaved\""));
    let text = graph(&mut editor, json!([uri(&main), "html"])).unwrap();
    let text = text.as_str().unwrap();
    assert!(
        text.contains("<svg") && text.contains("aws_instance.unsaved") && !text.contains("aws_instance.web"),
        "{text}"
    );
    assert_eq!(graph(&mut editor, json!([uri(&main), "pdf"])), Err(-32602));
    assert_eq!(graph(&mut editor, json!([])), Err(-32602));
    editor.end();
}
