use std::sync::Arc;

use super::*;
use crate::diagnostic::Edit;
use crate::syntax::{self, Language};

const RULE: &str = "malformed-policy";

/// Parts findings by what the documents say.
fn apply(diagnostics: Vec<Diagnostic>, documents: &[Arc<Document>], undecided: &[Span]) -> Outcome {
    let texts: Vec<_> = documents.iter().map(|document| (document.clone(), Arc::new(find(document)))).collect();
    super::apply(diagnostics, &texts, undecided)
}

fn document(text: &str, language: Language) -> Arc<Document> {
    let (document, diagnostics) = syntax::parse(SourceId(0), &text.into(), language);
    assert!(diagnostics.is_empty(), "{diagnostics:?}\n{text}");
    Arc::new(document)
}

/// A finding of the rule at each `§`-free occurrence of a word.
fn findings(document: &Document, word: &str) -> Vec<Diagnostic> {
    let found = document.source_text().match_indices(word);
    let span = |at: usize| Span::new(document.source(), at as u32, (at + word.len()) as u32);
    found.map(|(at, _)| Diagnostic::new(RULE, Severity::Error, span(at), "m")).collect()
}

/// How many findings at `wrong` are hidden, and how many are shown with the rules of all that is shown.
fn parted(text: &str, language: Language) -> (usize, Vec<&'static str>) {
    let document = document(text, language);
    let all = findings(&document, "wrong");
    let outcome = apply(all, &[document], &[]);
    (outcome.suppressed.len(), outcome.shown.iter().map(|diagnostic| diagnostic.rule).collect())
}

const COMMENT: &str = "rolecall: ignore[malformed-policy] -- because";

#[test]
fn a_comment_behind_code_covers_its_line() {
    for comment in [format!("# {COMMENT}"), format!("// {COMMENT}"), format!("/* {COMMENT} */")] {
        let text = format!("a = \"wrong\" {comment}\nb = \"wrong\"\n");
        assert_eq!(parted(&text, Language::Hcl), (1, vec![RULE]), "{text}");
    }
    let text = format!("# keep # {COMMENT}\na = \"wrong\" # tfsec:ignore:x # {COMMENT}\n");
    assert_eq!(parted(&text, Language::Hcl), (1, vec!["unused-suppression"]), "the second is not needed");
}

#[test]
fn a_comment_above_covers_what_begins_below_to_its_end() {
    for (text, hidden, shown) in [
        (format!("# {COMMENT}\na = [\n  \"wrong\",\n]\nb = \"wrong\"\n"), 1, vec![RULE]),
        (format!("# {COMMENT}\n# more\n// and more\na = <<EOT\nwrong\nEOT\nb = \"wrong\"\n"), 1, vec![RULE]),
        (format!("# {COMMENT}\nr \"x\" {{\n  a = \"wrong\"\n  b {{\n    c = \"wrong\"\n  }}\n}}\n"), 2, vec![]),
        (format!("/*\n {COMMENT}\n*/\na = \"wrong\"\n"), 1, vec![]),
        (format!("# {COMMENT}\n\na = \"wrong\"\n"), 0, vec![RULE, "unused-suppression"]),
        (format!("x = [\n  # {COMMENT}\n  {{\n    a = \"wrong\"\n  }},\n  \"wrong\"\n]\n"), 1, vec![RULE]),
        (format!("r {{\n  a = \"wrong\"\n  # {COMMENT}\n}}\n"), 0, vec![RULE, "unused-suppression"]),
        (format!("a = \"wrong\"\n# {COMMENT}"), 0, vec![RULE, "unused-suppression"]),
        (format!("/* {COMMENT} */ a = \"wrong\"\nb = \"wrong\"\n"), 1, vec![RULE]),
    ] {
        assert_eq!(parted(&text, Language::Hcl), (hidden, shown), "{text}");
    }
}

#[test]
fn yaml_comments_know_elements_and_entries() {
    for (text, hidden, shown) in [
        (format!("a:\n  # {COMMENT}\n  b: wrong\n  c: wrong\n"), 1, vec![RULE]),
        (format!("a:\n  # {COMMENT}\n  b:\n    - wrong\n    - x: wrong\n  c: wrong\n"), 2, vec![RULE]),
        (format!("a:\n  # {COMMENT}\n  - b: 1\n    c: wrong\n  - wrong\n"), 1, vec![RULE]),
        (format!("# {COMMENT}\na: |\n  text\n  wrong\nb: wrong\n"), 1, vec![RULE]),
        (format!("a: !Sub wrong # {COMMENT}\n"), 1, vec![]),
        (format!("a: |\n  wrong # {COMMENT}\n"), 0, vec![RULE]),
        (format!("# {COMMENT}\na: {{\n  b: wrong}}\n"), 1, vec![]),
    ] {
        assert_eq!(parted(&text, Language::Yaml), (hidden, shown), "{text}");
    }
}

#[test]
fn json_has_keys_for_it() {
    let terraform = format!(
        r#"{{"resource": {{"a": {{"b": {{"//": ["x", "{COMMENT}"], "c": "wrong"}}, "d": {{"c": "wrong"}}}}}}}}"#
    );
    assert_eq!(parted(&terraform, Language::TerraformJson), (1, vec![RULE]));
    let whole = format!(r#"{{"//": "{COMMENT}", "resource": {{"a": "wrong"}}}}"#);
    assert_eq!(parted(&whole, Language::TerraformJson), (1, vec![]));
    for ignore in [
        r#"{"malformed-policy": "because"}"#,
        r#"["malformed-policy -- because"]"#,
        r#""malformed-policy, malformed-policy -- because""#,
    ] {
        let text = format!(
            r#"{{"Resources": {{"A": {{"Type": "A::B::C", "Metadata": {{"rolecall": {{"ignore": {ignore}}}}}, "P": "wrong"}},
                "B": {{"Type": "A::B::C", "P": "wrong"}}}}}}"#
        );
        assert_eq!(parted(&text, Language::Json), (1, vec![RULE]), "{text}");
    }
    let template = r#"{"Metadata": {"rolecall": {"ignore": {"malformed-policy": "because"}}},
        "Parameters": {"A": {"Default": "wrong"}}, "Resources": {"B": {"Type": "A::B::C"}}}"#;
    assert_eq!(parted(template, Language::Json), (1, vec![]));
    let wrong = r#"{"Metadata": {"rolecall": {"ignored": {}}}, "Resources": {"B": {"Type": "A::B::C", "P": "wrong"}}}"#;
    assert_eq!(parted(wrong, Language::Json), (0, vec![RULE, "malformed-suppression"]));
}

#[test]
fn each_rule_that_is_not_needed_is_told() {
    let text = "a = \"wrong\" # rolecall: ignore[malformed-policy, arn-instead-of-name] -- because\n";
    let document = document(text, Language::Hcl);
    let outcome = apply(findings(&document, "wrong"), std::slice::from_ref(&document), &[]);
    assert_eq!((outcome.suppressed.len(), outcome.shown.len()), (1, 1));
    assert_eq!(&text[outcome.shown[0].span.range()], "arn-instead-of-name");
    assert_eq!(outcome.suppressed[0].reason, "because");
    // Where nothing is known, or where its author says so, nothing is said.
    let place = findings(&document, "\"wrong")[0].span;
    let open = apply(Vec::new(), std::slice::from_ref(&document), &[place]);
    assert!(open.shown.is_empty());
    let said = "a = 1 # rolecall: ignore[malformed-policy, unused-suppression] -- with prod.tfvars only\n";
    assert_eq!(parted(said, Language::Hcl), (0, vec![]));
}

#[test]
fn a_finding_in_a_text_without_suppressions_is_suppressed_where_it_is_read() {
    let text = format!("# {COMMENT}\npolicy = file(\"p.json\")\n");
    let document = document(&text, Language::Hcl);
    let read_at = findings(&document, "policy =")[0].span;
    let elsewhere = Span::new(SourceId(1), 0, 1);
    let finding = Diagnostic::new(RULE, Severity::Error, elsewhere, "m").with_related(read_at, "it is the policy");
    let outcome = apply(vec![finding], &[document], &[]);
    assert_eq!((outcome.suppressed.len(), outcome.shown.len()), (1, 0));
}

fn applied(text: &str, edit: &Edit) -> String {
    let mut text = text.to_string();
    text.replace_range(edit.span.range(), &edit.text);
    text
}

#[test]
fn the_edit_hides_the_finding_and_keeps_the_rest() {
    for (language, text) in [
        (Language::Hcl, "r \"x\" {\n  a = \"wrong\"\n}\n"),
        (Language::Hcl, "r \"x\" {\r\n\ta = <<EOT\r\nx ${1} wrong\r\nEOT\r\n}\r\n"),
        (Language::Hcl, "a = jsonencode({\n  Statement = [{\n    B = \"wrong\"\n  }]\n})\n"),
        (Language::Hcl, "a = \"x ${jsonencode({\n  b = \"wrong\"\n})}\"\n"),
        (Language::Hcl, "wrong = 1"),
        (Language::Yaml, "a:\n  - b: 1\n    c: wrong\n  - d: wrong\n"),
        (Language::Yaml, "- - wrong\n"),
        (Language::Yaml, "a:\n  b: |\n    wrong\n"),
        (Language::Yaml, "a: {b: 1,\n  c: wrong}\n"),
        (Language::TerraformJson, "{\n  \"resource\": {\n    \"a\": {\"b\": {\n      \"c\": \"wrong\"}}}}"),
        (Language::TerraformJson, "{\"resource\": {\"a\": {\"b\": [{\"c\": \"wrong\"}]}}}"),
        (Language::TerraformJson, "{\"locals\": {\"a\": \"wrong\"}}"),
        (Language::Json, "{\"Resources\": {\"A\": {\"Type\": \"A::B::C\", \"P\": \"wrong\"}}}"),
        (
            Language::Json,
            "{\n  \"Resources\": {\"A\": {\n    \"Type\": \"A::B::C\",\n    \"Metadata\": {},\n    \"P\": \"wrong\"}}}",
        ),
        (
            Language::Json,
            "{\"Resources\": {\"A\": {\"Type\": \"A::B::C\", \"Metadata\": {\"rolecall\": {\"ignore\": []}}, \"P\": \"wrong\"}}}",
        ),
        (
            Language::Json,
            "{\"Resources\": {\"A\": {\"Type\": \"A::B::C\", \"Metadata\": {\"rolecall\": {\"ignore\": {\"internal-error\": \"x\"}}}, \"P\": \"wrong\"}}}",
        ),
        (Language::Json, "{\"Parameters\": {\"A\": \"wrong\"}, \"Resources\": {\"B\": {\"Type\": \"A::B::C\"}}}"),
    ] {
        let before = document(text, language);
        for finding in findings(&before, "wrong") {
            let edit = edit(&before, finding.span, RULE, "said\n \"so\"").unwrap();
            let text = applied(text, &edit);
            let after = document(&text, language);
            let moved = match edit.span.start <= finding.span.start {
                true => edit.text.len() as u32,
                false => 0,
            };
            let place = Span::new(SourceId(0), finding.span.start + moved, finding.span.end + moved);
            assert!(text[place.range()].starts_with("wrong"), "{text}");
            let outcome = apply(vec![Diagnostic { span: place, ..finding }], &[after], &[]);
            assert_eq!(outcome.suppressed.len(), 1, "{text}");
            assert_eq!(outcome.suppressed[0].reason, "said \"so\"");
            assert!(outcome.shown.iter().all(|one| one.rule == "malformed-suppression"), "{text}");
        }
    }
}
