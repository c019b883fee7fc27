//! What is around the texts: configurations, settings, folders, the disk, URIs, and the life of the process.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rolecall::lsp::Ended;
use serde_json::{Value, json};

use crate::client::{Client, able, scratch, uri, write};
use crate::finding::{SWAPPED, mended};

#[test]
fn the_nearest_configuration_holds() {
    let silent = "ignore: [role-as-instance-profile]\n";
    let root = scratch(
        "nearest",
        &[("a/main.tf", SWAPPED), ("b/main.tf", SWAPPED), ("b/.rolecall.yaml", silent), ("c/d/main.tf", SWAPPED)],
    );
    let paths = ["a/main.tf", "b/main.tf", "c/d/main.tf"].map(|path| root.join(path));
    let mut editor = Client::new(&root);
    editor.open(&paths[0], SWAPPED);
    editor.settle();
    let counts = |editor: &Client| paths.each_ref().map(|path| editor.rules(path).len());
    assert_eq!(counts(&editor), [1, 0, 1]);

    // A configuration that comes, changes and goes is noticed at the next look at the disk.
    write(&root.join("c/.rolecall.yaml"), silent);
    let saved = json!({ "textDocument": { "uri": uri(&paths[0]) } });
    editor.notify(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": [{ "uri": uri(&root.join("c/.rolecall.yaml")), "type": 1 }] }),
    );
    editor.until(|editor| counts(editor) == [1, 0, 0]);
    write(&root.join("b/.rolecall.yaml"), "severity:\n  role-as-instance-profile: warning\n");
    editor.notify("textDocument/didSave", saved.clone());
    editor.until(|editor| counts(editor) == [1, 1, 0]);
    assert_eq!(editor.told[&uri(&paths[1])].diagnostics[0]["severity"], 2);
    fs::remove_file(root.join("c/.rolecall.yaml")).unwrap();
    editor.notify("textDocument/didSave", saved);
    editor.until(|editor| counts(editor) == [1, 1, 1]);
    editor.end();
}

#[test]
fn a_mistake_in_the_configuration_is_shown_in_it_and_told_once() {
    let root = scratch("mistake", &[("main.tf", SWAPPED), (".rolecall.yaml", "ignore: []\n")]);
    let (main, config) = (root.join("main.tf"), root.join(".rolecall.yaml"));
    let mut editor = Client::new(&root);
    editor.open(&main, SWAPPED);
    editor.open_uri(&uri(&config), "yaml", "ignore: []\n");
    editor.settle();
    // The configuration holds as it is in the editor, saved or not.
    editor.change(&config, "ignore: [role-as-instance-profile]\n");
    editor.until(|editor| editor.rules(&main).is_empty());
    editor.change(&config, "ignor: [role-as-instance-profile]\n");
    editor.until(|editor| !editor.rules(&config).is_empty());
    let found = &editor.told[&uri(&config)].diagnostics[0];
    assert_eq!(found["range"]["start"], json!({ "line": 0, "character": 0 }));
    assert!(found["message"].as_str().unwrap().contains("ignor"), "{found}");
    editor.settle();
    assert!(editor.rules(&main).is_empty(), "what it said before holds");
    let shown = editor.notices.iter().filter(|(method, _)| method == "window/showMessage").count();
    assert_eq!(shown, 1, "{:?}", editor.notices);
    editor.change(&config, "ignore: []\n");
    editor.until(|editor| editor.rules(&config).is_empty() && !editor.rules(&main).is_empty());
    editor.end();
}

#[test]
fn settings_hold_from_the_start_and_when_they_change() {
    let root = scratch("settings", &[("main.tf", SWAPPED)]);
    let main = root.join("main.tf");
    let ignoring = json!({ "ignore": ["role-as-instance-profile"] });
    let mut editor = Client::with(able(), &[&root], ignoring.clone());
    editor.open(&main, SWAPPED);
    editor.settle();
    assert!(editor.rules(&main).is_empty());
    editor.notify("workspace/didChangeConfiguration", json!({ "settings": { "rolecall": {} } }));
    editor.until(|editor| !editor.rules(&main).is_empty());
    editor.notify("workspace/didChangeConfiguration", json!({ "settings": { "rolecall": { "ignore": ["no-such"] } } }));
    editor.until(|editor| editor.notices.iter().any(|(method, _)| method == "window/showMessage"));
    editor.end();

    let mut asking = able();
    asking["workspace"]["configuration"] = json!(true);
    asking["workspace"]["didChangeConfiguration"] = json!({ "dynamicRegistration": true });
    let mut editor = Client::with_settings(asking, &[&root], Value::Null, ignoring);
    editor.open(&main, SWAPPED);
    editor.until(|editor| editor.asked.iter().any(|(method, _)| method == "workspace/configuration"));
    editor.settle();
    assert!(editor.rules(&main).is_empty());
    editor.settings = json!({});
    editor.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    editor.until(|editor| !editor.rules(&main).is_empty());
    editor.end();
}

#[test]
fn folders_come_and_go() {
    let (one, two) = (scratch("folder one", &[("main.tf", SWAPPED)]), scratch("folder two", &[("main.tf", SWAPPED)]));
    let (first, second) = (one.join("main.tf"), two.join("main.tf"));
    write(&two.join(".rolecall.yaml"), "severity:\n  role-as-instance-profile: info\n");
    let mut editor = Client::with(able(), &[&one], Value::Null);
    editor.open(&first, SWAPPED);
    editor.until(|editor| editor.rules(&first).len() == 1);
    let folder = json!([{ "uri": uri(&two), "name": "two" }]);
    editor.notify("workspace/didChangeWorkspaceFolders", json!({ "event": { "added": folder, "removed": [] } }));
    editor.settle();
    assert_eq!(editor.told[&uri(&second)].diagnostics[0]["severity"], 3);
    editor.notify("workspace/didChangeWorkspaceFolders", json!({ "event": { "added": [], "removed": folder } }));
    editor.until(|editor| editor.rules(&second).is_empty());
    editor.settle();
    assert_eq!(editor.rules(&first).len(), 1);
    editor.end();
}

#[test]
fn files_that_change_on_the_disk_are_read_again() {
    let call = "module \"m\" {\n  source = \"./m\"\n}\n";
    let root = scratch("disk", &[("main.tf", call), ("m/main.tf", SWAPPED)]);
    let (main, module) = (root.join("main.tf"), root.join("m/main.tf"));
    let mut editor = Client::new(&root);
    editor.open(&main, call);
    editor.settle();
    assert_eq!(editor.rules(&module), ["role-as-instance-profile"]);
    write(&module, &mended());
    editor.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri(&main) } }));
    editor.until(|editor| editor.rules(&module).is_empty());
    let other = root.join("m/more.tf");
    write(
        &other,
        "resource \"aws_iam_instance_profile\" \"none\" {}\nresource \"aws_instance\" \"n\" {\n  iam_instance_profile = aws_iam_instance_profile.none.name\n}\n",
    );
    editor.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri(&other), "type": 1 }] }));
    editor.until(|editor| editor.rules(&other) == ["profile-without-role"]);
    fs::remove_file(&other).unwrap();
    editor.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri(&other), "type": 3 }] }));
    editor.until(|editor| editor.rules(&other).is_empty());
    editor.end();
}

#[test]
fn uris_are_what_editors_make_of_them() {
    let root = scratch("a b%20c+d é", &[("main.tf", SWAPPED)]);
    let main = root.join("main.tf");
    let mut editor = Client::new(&root);
    // This editor encodes less than others; it gets its own form back.
    let own = format!("file://{}", main.display()).replace('%', "%25").replace(' ', "%20");
    editor.open_uri(&own, "terraform", SWAPPED);
    editor.until(|editor| editor.told.get(&own).is_some_and(|told| told.diagnostics.len() == 1));
    editor.settle();
    assert_eq!(editor.told.values().filter(|told| !told.diagnostics.is_empty()).count(), 1, "{:?}", editor.told);
    editor.end();
}

#[test]
fn a_text_in_no_file_is_checked_by_itself() {
    let root = scratch("unsaved", &[("main.tf", &mended())]);
    let mut editor = Client::new(&root);
    editor.open_uri("untitled:Untitled-1", "terraform", SWAPPED);
    editor.until(|editor| editor.told.get("untitled:Untitled-1").is_some_and(|told| told.diagnostics.len() == 1));
    editor.change_part("untitled:Untitled-1", json!({ "text": mended() }));
    editor.until(|editor| editor.told["untitled:Untitled-1"].diagnostics.is_empty());
    editor.open_uri("git:/x/main.tf?ref", "terraform", SWAPPED);
    editor.settle();
    assert!(!editor.told.contains_key("git:/x/main.tf?ref"));
    editor.end();
}

#[test]
fn a_file_in_no_folder_is_checked_with_its_module() {
    let root = scratch("no folder", &[("main.tf", SWAPPED), ("other/main.tf", SWAPPED)]);
    let main = root.join("main.tf");
    let mut editor = Client::with(able(), &[], Value::Null);
    editor.open(&main, SWAPPED);
    editor.until(|editor| editor.rules(&main).len() == 1);
    editor.settle();
    assert!(editor.rules(&root.join("other/main.tf")).is_empty(), "nobody asked for it");
    editor.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(&main) } }));
    editor.until(|editor| editor.rules(&main).is_empty());
    editor.end();
}

#[cfg(unix)]
#[test]
fn links_lead_to_one_file_and_the_editors_name_for_it() {
    let root = scratch("real", &[("stack/main.tf", SWAPPED)]);
    let link = root.parent().unwrap().join("link");
    let _ = fs::remove_file(&link);
    std::os::unix::fs::symlink(&root, &link).unwrap();
    let mut editor = Client::with(able(), &[&link], Value::Null);
    let main = link.join("stack/main.tf");
    editor.open(&main, SWAPPED);
    editor.settle();
    assert_eq!(editor.rules(&main).len(), 1);
    assert!(editor.rules(&root.join("stack/main.tf")).is_empty(), "{:?}", editor.told);
    editor.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(&main) } }));
    editor.settle();
    assert_eq!(editor.rules(&main).len(), 1, "also when it is not open");
    editor.end();
}

#[test]
fn every_request_is_answered_once_also_when_it_is_taken_back() {
    let root = scratch("cancel", &[("main.tf", SWAPPED)]);
    let main = root.join("main.tf");
    let mut editor = Client::new(&root);
    editor.open(&main, SWAPPED);
    let position = json!({ "textDocument": { "uri": uri(&main) }, "position": { "line": 4, "character": 30 } });
    let mut ids = Vec::new();
    for round in 0..40 {
        editor.change(&main, &format!("{SWAPPED}# {round}\n"));
        let id = editor.send("textDocument/hover", position.clone());
        editor.notify("$/cancelRequest", json!({ "id": id }));
        ids.push(id);
    }
    for id in ids {
        match editor.answer(id) {
            Ok(hover) => assert!(hover["contents"].is_object(), "{hover}"),
            Err(code) => assert!([-32800, -32801].contains(&code), "{code}"),
        }
    }
    assert_eq!(editor.request("textDocument/formatting", json!({})), Err(-32601));
    assert_eq!(editor.request("textDocument/hover", json!({})), Err(-32602));
    editor.end();
}

#[test]
fn the_server_ends_as_the_protocol_wants_it() {
    let root = scratch("end", &[]);
    let mut editor = Client::new(&root);
    editor.request("shutdown", Value::Null).unwrap();
    assert_eq!(editor.request("textDocument/hover", json!({})), Err(-32600));
    assert_eq!(Client::new(&root).end(), Ended::AsAsked);
}

/// The binary with an open input, after the hand-shake.
fn process(process: Value) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args(["lsp", "--stdio"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    say(
        &mut child,
        &json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "processId": process, "capabilities": {} } }),
    );
    hear(&mut child);
    say(&mut child, &json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }));
    child
}

fn say(child: &mut Child, message: &Value) {
    let text = message.to_string();
    write!(child.stdin.as_mut().unwrap(), "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
}

fn hear(child: &mut Child) {
    // Byte by byte, so that nothing of the next message is taken.
    let mut out = BufReader::with_capacity(1, child.stdout.as_mut().unwrap());
    let mut length = 0;
    loop {
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        if let Some(text) = line.strip_prefix("Content-Length: ") {
            length = text.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    out.read_exact(&mut body).unwrap();
}

#[test]
fn the_process_ends_with_its_editor() {
    let mut proper = process(Value::Null);
    say(&mut proper, &json!({ "jsonrpc": "2.0", "id": 2, "method": "shutdown" }));
    hear(&mut proper);
    say(&mut proper, &json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(proper.wait().unwrap().code(), Some(0));

    let mut rude = process(Value::Null);
    say(&mut rude, &json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(rude.wait().unwrap().code(), Some(1));

    let mut closed = process(Value::Null);
    drop(closed.stdin.take());
    assert_eq!(closed.wait().unwrap().code(), Some(1));
}

#[cfg(unix)]
#[test]
fn the_process_ends_when_the_editors_process_is_gone() {
    let mut editor = Command::new(Path::new("sleep")).arg("600").spawn().unwrap();
    let mut server = process(json!(editor.id()));
    editor.kill().unwrap();
    editor.wait().unwrap();
    assert_eq!(server.wait().unwrap().code(), Some(1), "its input is still open");
}
