use super::*;
use crate::files::NoFiles;
use crate::value::{ResourceId, Symbol, SymbolKind};

fn written(text: &str, start: u32) -> Value {
    let span = Span::new(SourceId(5), start, start + text.len() as u32);
    Value::text(text).written(Written::Verbatim(span)).at(span)
}

fn symbol() -> Value {
    let symbol = Symbol { resource: ResourceId(1), kind: SymbolKind::Arn, attribute: "arn".into() };
    Value::symbol(symbol).at(Span::new(SourceId(5), 900, 910))
}

fn unknown() -> Value {
    Value::unknown(Reason::Variable("var.x".into()))
}

#[test]
fn every_key_and_value_keeps_its_place() {
    let text = r#"{"a": ["x", 1], "b\n": "y\tz"}"#;
    let Decoded { value, problems } = json::decode(&written(text, 100), &NoFiles);
    assert_eq!(problems, []);
    let at = |span: Option<Span>| span.map(|span| &text[span.start as usize - 100..span.end as usize - 100]);
    let entries = value.as_mapping().unwrap();
    assert_eq!(at(entries[0].key_span), Some(r#""a""#));
    let items = entries[0].value.as_sequence().unwrap();
    assert_eq!((at(items[0].span), at(items[1].span)), (Some(r#""x""#), Some("1")));
    assert_eq!(items[0].written, Written::Verbatim(Span::new(SourceId(5), 108, 109)));
    assert_eq!(&*entries[1].key, "b\n");
    assert_eq!((entries[1].value.as_text().unwrap(), entries[1].value.written), ("y\tz".into(), Written::No));
}

#[test]
fn references_in_strings_come_back() {
    let template = concatenate(vec![
        written(r#"{"whole": ""#, 0),
        symbol(),
        written(r#"", "part": "a/"#, 30),
        unknown(),
        written(r#"/z", "last": true}"#, 60),
    ]);
    let value = json::decode(&template, &NoFiles).value;
    assert_eq!(value.get("whole"), Some(&symbol()));
    let Shape::Template(segments) = &value.get("part").unwrap().shape else { panic!("{value:?}") };
    assert!(matches!(&segments[0], Segment::Literal { text, .. } if &**text == "a/"));
    assert!(matches!(&segments[1], Segment::Value(value) if *value == unknown()));
    assert!(matches!(&segments[2], Segment::Literal { text, .. } if &**text == "/z"));
    assert_eq!(value.get("part").unwrap().span, Some(Span::new(SourceId(5), 41, 63)));
    assert_eq!(value.get("last").unwrap().as_bool(), Some(true));
}

#[test]
fn values_outside_of_strings_are_put_in() {
    let list = Value::from(Shape::Json(Arc::new(Value::tuple(vec![symbol(), Value::text("b")]))));
    let template =
        concatenate(vec![Value::text(r#"{"a": "#), list, Value::text(r#", "b": "#), unknown(), Value::text("}")]);
    let Decoded { value, problems } = json::decode(&template, &NoFiles);
    assert_eq!(problems, []);
    assert_eq!(value.get("a").unwrap().as_sequence().unwrap(), [symbol(), Value::text("b")]);
    assert!(matches!(&value.get("b").unwrap().shape, Shape::Unknown(_)));
    let broken = concatenate(vec![Value::text("{"), unknown(), Value::text("}")]);
    let Decoded { value, problems } = json::decode(&broken, &NoFiles);
    assert!(problems.is_empty() && value.is_opaque());
}

#[test]
fn known_text_with_quotes_in_it_is_text_of_the_document() {
    let alias = symbol().as_symbol().cloned().map(Arc::new);
    let names = Value { alias, ..Value::text(r#"a", "b"#) };
    let template = concatenate(vec![Value::text(r#"{"a": [""#), names, Value::text(r#""]}"#)]);
    let value = json::decode(&template, &NoFiles).value;
    assert_eq!(value.get("a").unwrap().as_sequence().map(<[_]>::len), Some(2));
}

#[test]
fn a_problem_is_placed_in_the_source() {
    let text = r#"{"a": 1,, "b": 2}"#;
    let problems = json::decode(&written(text, 200), &NoFiles).problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].span.map(|span| span.start), Some(208));
    let computed = json::decode(&Value::text(text), &NoFiles).problems;
    assert_eq!(computed[0].span, None);
}

#[test]
fn json_that_was_never_rendered_is_the_value_within() {
    let inner = Value::object(vec![Entry { key: "a".into(), key_span: None, value: symbol() }]);
    let decoded = json::decode(&Shape::Json(Arc::new(inner.clone())).into(), &NoFiles);
    assert_eq!(decoded, Decoded { value: inner, problems: Vec::new() });
}
