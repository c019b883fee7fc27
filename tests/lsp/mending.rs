//! Code actions: what they offer, and that the text is well after them.

use serde_json::{Value, json};

use crate::client::{Client, able, edited, scratch, uri};
use crate::finding::SWAPPED;

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().filter_map(|action| action["title"].as_str()).collect()
}

#[test]
fn a_fix_mends_the_text_in_the_editor() {
    let root = scratch("fix", &[("main.tf", SWAPPED)]);
    let main = root.join("main.tf");
    let mut editor = Client::new(&root);
    editor.open(&main, SWAPPED);
    editor.until(|editor| !editor.rules(&main).is_empty());
    let actions = editor.actions(&main, 4, json!({ "diagnostics": [], "only": ["quickfix"] }));
    let fix = actions.iter().find(|action| action.get("command").is_none()).expect("a fix is offered");
    assert_eq!(fix["kind"], "quickfix");
    assert_eq!(fix["diagnostics"][0]["code"], "role-as-instance-profile");
    assert!(fix.get("edit").is_none(), "it is made when it is chosen");
    let resolved = editor.request("codeAction/resolve", fix.clone()).unwrap();
    let change = &resolved["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": uri(&main), "version": 1 }));
    editor.change(&main, &edited(SWAPPED, &change["edits"]));
    editor.until(|editor| editor.rules(&main).is_empty());

    // The finding has gone, so the old action has nothing to do any more.
    assert_eq!(editor.request("codeAction/resolve", fix.clone()), Err(-32801));
    assert!(editor.actions(&main, 4, json!({ "diagnostics": [] })).is_empty());
    editor.end();
}

#[test]
fn actions_are_of_the_kinds_that_were_asked_for() {
    let root = scratch("kinds", &[("main.tf", SWAPPED)]);
    let main = root.join("main.tf");
    let mut editor = Client::new(&root);
    editor.open(&main, SWAPPED);
    let kinds = |editor: &mut Client, only: &str| {
        let actions = editor.actions(&main, 4, json!({ "diagnostics": [], "only": [only] }));
        let kinds = actions.iter().filter_map(|action| action["kind"].as_str().map(str::to_owned));
        let kinds: std::collections::BTreeSet<String> = kinds.collect();
        kinds.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(kinds(&mut editor, "quickfix"), ["quickfix"]);
    assert!(kinds(&mut editor, "refactor").is_empty());
    assert!(kinds(&mut editor, "source.organizeImports").is_empty());
    assert!(kinds(&mut editor, "source.fix").is_empty(), "only whole words of a kind count");
    for only in ["source", "source.fixAll", "source.fixAll.rolecall"] {
        assert_eq!(kinds(&mut editor, only), ["source.fixAll.rolecall"], "{only}");
    }
    let elsewhere = editor.actions(&main, 0, json!({ "diagnostics": [], "only": ["quickfix"] }));
    assert!(elsewhere.is_empty(), "{:?}", titles(&elsewhere));
    editor.end();
}

#[test]
fn an_old_client_gets_plain_changes_and_commands() {
    let root = scratch("old client", &[("main.tf", SWAPPED)]);
    let main = root.join("main.tf");
    let mut plain = able();
    plain["workspace"] = json!({});
    plain["textDocument"]["codeAction"]["resolveSupport"] = Value::Null;
    let mut editor = Client::with(plain, &[&root], Value::Null);
    editor.open(&main, SWAPPED);
    let actions = editor.actions(&main, 4, json!({ "diagnostics": [], "only": ["quickfix"] }));
    let edits = &actions[0]["edit"]["changes"][&uri(&main)];
    assert!(edited(SWAPPED, edits).contains("aws_iam_instance_profile.web.name"), "{edits}");
    editor.end();

    let mut editor = Client::with(json!({}), &[&root], Value::Null);
    editor.open(&main, SWAPPED);
    let actions = editor.actions(&main, 4, json!({ "diagnostics": [] }));
    assert!(actions.iter().all(|action| action["command"].is_string()), "{actions:?}");
    let apply = json!({ "command": actions[0]["command"], "arguments": actions[0]["arguments"] });
    editor.request("workspace/executeCommand", apply).unwrap();
    let asked = &editor.asked.iter().find(|(method, _)| method == "workspace/applyEdit").unwrap().1;
    let edits = &asked["edit"]["changes"][&uri(&main)];
    assert!(edited(SWAPPED, edits).contains("aws_iam_instance_profile.web.name"), "{edits}");
    editor.end();
}

#[test]
fn all_safe_fixes_of_a_file_are_applied_at_once() {
    let two = format!(
        "{SWAPPED}resource \"aws_instance\" \"other\" {{\n  iam_instance_profile = aws_iam_role.web.name\n}}\n"
    );
    let text = two.replace('\n', "\r\n");
    let root = scratch("all", &[("main.tf", &text)]);
    let main = root.join("main.tf");
    let mut editor = Client::new(&root);
    editor.open(&main, &text);
    editor.until(|editor| editor.rules(&main).len() == 2);
    let command = json!({ "command": "rolecall.fixAll", "arguments": [uri(&main)] });
    assert_eq!(editor.request("workspace/executeCommand", command), Ok(Value::Null));
    let asked = &editor.asked.iter().find(|(method, _)| method == "workspace/applyEdit").unwrap().1;
    let fixed = edited(&text, &asked["edit"]["documentChanges"][0]["edits"]);
    assert_eq!(fixed.matches('\n').count(), fixed.matches("\r\n").count(), "line ends stay as they are");
    editor.change(&main, &fixed);
    editor.until(|editor| editor.rules(&main).is_empty());
    editor.end();
}

#[test]
fn a_finding_is_suppressed_with_room_for_the_reason() {
    let root = scratch("ignore", &[("main.tf", SWAPPED)]);
    let main = root.join("main.tf");
    let mut editor = Client::new(&root);
    editor.open(&main, SWAPPED);
    editor.until(|editor| !editor.rules(&main).is_empty());
    let actions = editor.actions(&main, 4, json!({ "diagnostics": [], "only": ["quickfix"] }));
    let ignore = actions.iter().find(|action| action["title"] == "Ignore role-as-instance-profile here and say why");
    let resolved = editor.request("codeAction/resolve", ignore.unwrap().clone()).unwrap();
    let text = edited(SWAPPED, &resolved["edit"]["documentChanges"][0]["edits"]);
    assert!(text.contains("# rolecall: ignore[role-as-instance-profile] -- TODO: say why\n"), "{text}");
    editor.change(&main, &text);
    editor.until(|editor| editor.rules(&main).is_empty());
    editor.end();
}

#[test]
fn the_page_of_a_rule_is_shown() {
    let root = scratch("page", &[("main.tf", SWAPPED)]);
    let mut editor = Client::new(&root);
    let command = json!({ "command": "rolecall.explainRule", "arguments": ["role-as-instance-profile"] });
    let page = editor.request("workspace/executeCommand", command).unwrap();
    assert!(page.as_str().unwrap().starts_with("# role-as-instance-profile\n"));
    editor.until(|editor| editor.asked.iter().any(|(method, _)| method == "window/showDocument"));
    let command = json!({ "command": "rolecall.explainRule", "arguments": ["role-as-instance-profil"] });
    assert_eq!(editor.request("workspace/executeCommand", command), Err(-32602));
    editor.end();
}
