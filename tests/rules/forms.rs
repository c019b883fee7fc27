//! A template means the same in YAML and in JSON, and what is ordinary in it the same with and without SAM: every template
//! on the pages of the rules, and every hidden mistake, is analysed in each of these forms.

use super::support::{Files, Found, check, names, read};
use super::{long_form, page};

/// What makes a template a SAM template.
const TRANSFORM: &str = "Transform: AWS::Serverless-2016-10-31\n";

/// The templates that are examples by themselves, with where they come from.
fn templates() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for name in names("rules").unwrap().into_iter().filter(|name| name.ends_with(".md")) {
        let Ok(fences) = page::fences(&read(&format!("rules/{name}")).unwrap()) else { continue };
        for (files, members) in page::workspaces(&fences) {
            if let ([member], Some(text)) = (&members[..], files.get("template.yaml")) {
                all.push((format!("rules/{name}:{}", member.line()), text.clone()));
            }
        }
    }
    let hidden = "testdata/hidden/cloudformation";
    for name in names(hidden).unwrap().into_iter().filter(|name| name.ends_with(".yaml")) {
        let text = read(&format!("{hidden}/{name}")).unwrap();
        all.push((format!("{hidden}/{name}"), text));
    }
    all
}

/// What is found, without where.
fn found(path: &str, text: &str) -> Vec<String> {
    let files = Files::from([(path.to_owned(), text.to_owned())]);
    let shown = |found: Found| {
        let when = found.when.map(|when| format!(" when {when}")).unwrap_or_default();
        format!("{}[{}]: {}{when}", found.severity, found.rule, found.message)
    };
    let mut all: Vec<String> = check(&files, true).into_iter().map(shown).collect();
    all.sort();
    all
}

#[test]
fn templates_say_the_same_in_json() {
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for (place, yaml) in templates() {
        // JSON has no comments, so suppressions are written in another way there.
        let Some(json) = long_form::json(&yaml).filter(|_| !yaml.contains("rolecall:")) else { continue };
        compared += 1;
        let (in_yaml, in_json) = (found("template.yaml", &yaml), found("template.json", &json));
        if in_yaml != in_json {
            wrong.push(format!("{place}\n    YAML {in_yaml:#?}\n    JSON {in_json:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {compared}\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared >= 120, "only {compared} templates are compared");
}

#[test]
fn templates_without_serverless_resources_say_the_same_with_the_transform() {
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for (place, plain) in templates() {
        if plain.contains("Transform") || plain.contains("AWS::Serverless::") || long_form::json(&plain).is_none() {
            continue;
        }
        compared += 1;
        let (without, with) = (found("template.yaml", &plain), found("template.yaml", &format!("{TRANSFORM}{plain}")));
        if without != with {
            wrong.push(format!("{place}\n    without {without:#?}\n    with {with:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {compared}\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared >= 100, "only {compared} templates are compared");
}
