use super::*;
use crate::diagnostic::Severity;
use crate::syntax::{MAX_DEPTH, Node, NodeId};

/// The bytes of an error, and a part of its message.
type Said = (usize, usize, &'static str);

fn parsed(text: &str) -> (Document, Vec<Diagnostic>) {
    parse(SourceId(0), &text.into())
}

/// The document as one line: missing values are `?`, strings that are keys or values stand in quotes as decoded.
fn shown(document: &Document, id: NodeId) -> String {
    let all = |nodes: &[NodeId]| nodes.iter().map(|node| shown(document, *node)).collect::<Vec<_>>().join(" ");
    match document.node(id) {
        Node::Mapping(entries) => format!("{{{}}}", all(document.children(entries))),
        Node::Sequence(elements) => format!("[{}]", all(document.children(elements))),
        Node::Entry { key, value } => format!("{}:{}", shown(document, key), shown(document, value)),
        Node::String(text) => format!("{:?}", document.text(text)),
        Node::Number(text) => document.text(text).to_owned(),
        Node::Bool(value) => value.to_string(),
        Node::Null => "null".into(),
        Node::Missing => "?".into(),
        other => format!("{other:?}"),
    }
}

#[test]
fn what_the_standard_accepts_is_accepted() {
    let table = [
        ("null", "null"),
        (" [ ] \r\n\t", "[]"),
        ("{\"a\":{}}", "{\"a\":{}}"),
        ("[true,false,null]", "[true false null]"),
        ("[0,-0,1.5,-1e5,2E+3,3e-7,123456789012345678901]", "[0 -0 1.5 -1e5 2E+3 3e-7 123456789012345678901]"),
        ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\u{8}\\u{c}\\n\\r\\t\""),
        ("\"\\u0041\\u00e9\\uD83D\\ude00\"", "\"Aé😀\""),
        ("\"\\ud800\"", "\"\u{fffd}\""),
        ("\"\\ude00x\"", "\"\u{fffd}x\""),
        ("\"\\ud800\\u0041\"", "\"\u{fffd}A\""),
        ("\"\u{7f}\u{2028}é\"", "\"\\u{7f}\\u{2028}é\""),
        ("\u{feff}[1]", "[1]"),
    ];
    for (text, expected) in table {
        let (document, errors) = parsed(text);
        assert_eq!(errors, [], "{text}");
        assert!(!document.is_broken(), "{text}");
        assert_eq!(shown(&document, document.root()), expected, "{text}");
    }
}

#[test]
fn what_is_wrong_is_said_where_it_is_and_the_rest_is_read() {
    // Text, what is understood, and per error its bytes and a part of its message.
    let table: &[(&str, &str, &[Said])] = &[
        ("", "?", &[(0, 0, "no JSON value")]),
        ("[1,]", "[1]", &[(2, 3, "no comma may stand before `]`")]),
        ("{\"a\":1,}", "{\"a\":1}", &[(6, 7, "no comma may stand before `}`")]),
        ("[,1]", "[1]", &[(1, 2, "nothing stands before this comma")]),
        ("[1,,2]", "[1 2]", &[(3, 4, "nothing stands before this comma")]),
        ("[1 2]", "[1 2]", &[(2, 2, "a comma is missing")]),
        ("{\"a\":1 \"b\":2}", "{\"a\":1 \"b\":2}", &[(6, 6, "a comma is missing")]),
        ("{\"a\" 1}", "{\"a\":1}", &[(4, 4, "a `:` and a value are missing")]),
        ("{\"a\"}", "{\"a\":?}", &[(4, 4, "a `:` and a value are missing")]),
        ("{\"a\":}", "{\"a\":?}", &[(5, 5, "a value is missing")]),
        ("{\"a\":, \"b\":1}", "{\"a\":? \"b\":1}", &[(5, 5, "a value is missing")]),
        ("{\"a\":\n\"b\":1}", "{\"a\":? \"b\":1}", &[(5, 5, "a value is missing")]),
        ("{\"a\":[1,\n\"b\":2}", "{\"a\":[1] \"b\":2}", &[(5, 6, "this `[` is not closed")]),
        ("{\"a\":[1}", "{\"a\":[1]}", &[(5, 6, "this `[` is not closed")]),
        ("[{\"a\":1]", "[{\"a\":1}]", &[(1, 2, "this `{` is not closed")]),
        ("{\"a\":[{\"b\":1", "{\"a\":[{\"b\":1}]}", &[(6, 7, "this `{` is not closed")]),
        ("[1}]", "[1]", &[(2, 3, "this `}` closes nothing")]),
        ("[1] x", "[1]", &[(4, 5, "nothing may follow")]),
        ("{a:1}", "{\"a\":1}", &[(1, 2, "a key must stand in double quotes")]),
        ("{1:2}", "{\"1\":2}", &[(1, 2, "a key must stand in double quotes")]),
        ("{:1}", "{?:1}", &[(1, 2, "a key is missing")]),
        ("['a']", "[?]", &[(1, 4, "not in single ones")]),
        ("[yes]", "[?]", &[(1, 4, "`yes` is not a JSON value")]),
        ("[True,None]", "[true null]", &[(1, 5, "write `true`"), (6, 10, "write `null`")]),
        ("[012]", "[012]", &[(1, 4, "no zeros in front")]),
        ("[1.]", "[?]", &[(1, 3, "`1.` is not a JSON number")]),
        ("[-]", "[?]", &[(1, 2, "`-` is not a JSON number")]),
        ("[1e+]", "[?]", &[(1, 4, "`1e+` is not a JSON number")]),
        ("[+1,.5,0x1]", "[? ? ?]", &[(1, 3, "`+1`"), (4, 6, "`.5`"), (7, 10, "`0x1`")]),
        ("// a\n[1] /* b */", "[1]", &[(0, 4, "JSON has no comments")]),
        ("[1] # c", "[1]", &[(4, 7, "JSON has no comments")]),
        ("[\"a\tb\"]", "[\"a\\tb\"]", &[(3, 4, "a tab in a string")]),
        ("[\"a\nb\"]", "[\"a\\nb\"]", &[(3, 4, "cannot go on over several lines")]),
        ("[\"a\u{1}\"]", "[\"a\\u{1}\"]", &[(3, 4, "`\\u0001`")]),
        ("{\"a\": \"b\n \"c\": 1}", "{\"a\":\"b\" \"c\":1}", &[(6, 8, "this string is not closed"), (8, 8, "a comma")]),
        ("[\"a", "[\"a\"]", &[(1, 3, "this string is not closed"), (0, 1, "this `[` is not closed")]),
        ("\"\\q\"", "\"\\\\q\"", &[(1, 3, "`\\q` is not a JSON escape")]),
        ("\"\\u12\"", "\"\\\\u12\"", &[(1, 3, "four hexadecimal digits")]),
        ("\"\\", "\"\\\\\"", &[(1, 2, "a backslash must be written"), (0, 2, "this string is not closed")]),
        ("[1:2]", "[1 2]", &[(2, 2, "a comma is missing"), (2, 3, "not in an array")]),
    ];
    for (text, expected, errors) in table {
        let (document, found) = parsed(text);
        let only_last_commas = found.iter().all(|found| found.message.starts_with("no comma may stand before"));
        assert_eq!(document.is_broken(), !only_last_commas, "{text}");
        assert_eq!(shown(&document, document.root()), *expected, "{text}");
        for (found, (start, end, message)) in found.iter().zip(*errors) {
            assert_eq!(found.span.range(), *start..*end, "{text}: {}", found.message);
            assert!(found.message.contains(message), "{text}: {}", found.message);
        }
        // Errors that begin at one byte are one error, and the table may name what would have come second.
        let starts: std::collections::BTreeSet<_> = errors.iter().map(|(start, ..)| start).collect();
        assert_eq!(found.len(), starts.len(), "{text}: {found:?}");
    }
}

#[test]
fn commas_behind_the_last_part_are_one_warning_in_templates_and_errors_elsewhere() {
    let text: Arc<str> = "{\"a\": [1, 2,],\n \"b\": {\"c\": 3,},\n}".into();
    let (document, found) = super::parse(SourceId(0), &text);
    assert!(!document.is_broken());
    let severities: Vec<Severity> = found.iter().map(|found| found.severity).collect();
    assert_eq!(severities, [Severity::Warning]);
    let (document, found) = super::parse_terraform(SourceId(0), &text);
    assert!(document.is_broken());
    assert!(found.len() == 3 && found.iter().all(|found| found.severity == Severity::Error));
    let (document, found) = super::parse_embedded(SourceId(0), &text);
    assert!(document.is_broken() && found.len() == 3);
}

#[test]
fn spans_are_exact() {
    let text = " {\"kéy\" : [ \"x\\ny\" , -1.5 ] } ";
    let (document, _) = parsed(text);
    let slice = |id| document.source_slice(id);
    assert_eq!(slice(document.root()), "{\"kéy\" : [ \"x\\ny\" , -1.5 ] }");
    let (key, value) = document.entries(document.root()).next().unwrap();
    assert_eq!((slice(key), slice(value)), ("\"kéy\"", "[ \"x\\ny\" , -1.5 ]"));
    let [first, second] = document.elements(value) else { panic!("two elements") };
    assert_eq!((slice(*first), slice(*second)), ("\"x\\ny\"", "-1.5"));
    let Node::Mapping(entries) = document.node(document.root()) else { panic!("a mapping") };
    assert_eq!(slice(document.children(entries)[0]), "\"kéy\" : [ \"x\\ny\" , -1.5 ]");
    let Node::String(decoded) = document.node(*first) else { panic!("a string") };
    assert_eq!(&text[document.text_span(decoded, 1..3).range()], "\\ny");
}

#[test]
fn repeated_keys_are_said_at_the_second_one() {
    let (document, errors) = parsed("{\"a\": 1,\n\"b\": 2,\n \"\\u0061\": 3}");
    assert_eq!(shown(&document, document.root()), "{\"a\":1 \"b\":2 \"a\":3}");
    assert!(!document.is_broken());
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].message, "the key `a` is already set on line 1");
    assert_eq!((errors[0].span.range(), errors[0].related[0].span.range()), (18..26, 1..4));
    assert_eq!(document.get(document.root(), "a").map(|value| document.source_slice(value)), Some("3"));
}

#[test]
fn repeated_keys_are_found_among_many() {
    for count in [7, 8, 9, 100] {
        let keys: Vec<String> = (0..count).map(|key| format!("\"k{}\": 0", key % (count - 1))).collect();
        let (_, errors) = parsed(&format!("{{{}}}", keys.join(",\n")));
        assert_eq!(errors.len(), 1, "{count}");
        assert_eq!(errors[0].message, "the key `k0` is already set on line 1");
        let (_, errors) = parsed(&format!("{{{}}}", keys[1..].join(",\n")));
        assert_eq!(errors, [], "{count}");
    }
}

#[test]
fn embedded_text_has_problems_without_lines() {
    let (document, problems) = parse_embedded(SourceId(3), &"{\"a\": 1, \"a\": [,]}".into());
    assert_eq!(shown(&document, document.root()), "{\"a\":1 \"a\":[]}");
    let problems: Vec<_> = problems.iter().map(|problem| (problem.range.clone(), problem.message.as_str())).collect();
    assert_eq!(problems, [(15..16, "nothing stands before this comma"), (9..12, "the key `a` stands here twice")]);
}

#[test]
fn terraform_repeats_blocks_but_no_arguments() {
    let errors = |text: &str| parse_terraform(SourceId(0), &text.into()).1;
    assert_eq!(errors(r#"{"resource": {"a": {}}, "resource": {"b": {}}, "//": "x", "//": "y"}"#), []);
    assert_eq!(errors(r#"{"locals": {"a": 1, "a": 2}}"#).len(), 1);
}

#[test]
fn a_terraform_string_keeps_the_span_of_its_quotes() {
    let text = r#"{"x-${var.a}": ["${var.b}", "plain $${c}", "no\t%{ if d }e%{ endif }"]}"#;
    let (document, errors) = parse_terraform(SourceId(0), &text.into());
    assert_eq!(errors, []);
    let (key, value) = document.entries(document.root()).next().unwrap();
    assert_eq!(document.source_slice(key), "\"x-${var.a}\"");
    let elements: Vec<_> = document.elements(value).iter().map(|element| document.source_slice(*element)).collect();
    assert_eq!(elements, ["\"${var.b}\"", "\"plain $${c}\"", "\"no\\t%{ if d }e%{ endif }\""]);
}

#[test]
fn deep_nesting_is_said_and_skipped() {
    let limit = MAX_DEPTH as usize;
    let nested = |depth: usize| format!("[{}1{}, \"after ]\"]", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(parsed(&nested(limit - 1)).1, []);
    let (document, errors) = parsed(&nested(limit));
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].span.start as usize, limit);
    assert_eq!(document.elements(document.root()).len(), 2);
    for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000), "[\"\\".repeat(100_000)] {
        assert!(parsed(&text).0.is_broken());
    }
}

#[test]
fn many_errors_are_not_all_said() {
    let (document, errors) = parsed(&"[x ".repeat(10_000));
    assert!(document.is_broken());
    assert!(errors.len() <= 100);
}

#[test]
fn no_prefix_breaks_the_reader() {
    let text = "\u{feff}{\"é\\u00e9\\ud83d\\ude00\": [1.5e-3, true, {\"a\": null, \"b\": \"\\\\\\\"\"}], /* c */ \"x\": {\"y\": -0}}";
    for (end, _) in text.char_indices() {
        let (document, errors) = parsed(&text[..end]);
        assert!(!errors.is_empty(), "{end}");
        for id in document.ids() {
            assert!(text[..end].get(document.span(id).range()).is_some(), "{end}: {:?}", document.node(id));
        }
        for error in errors {
            assert!(text[..end].get(error.span.range()).is_some(), "{end}: {}", error.message);
        }
    }
}
