//! Terraform's recorded answers.

use rolecall::terraform::functions;
use rolecall::value::{MappingKind, Number, Segment, SequenceKind, Shape, Value};
use serde_json::Value as Json;

/// Known text, also when parts of it are the text of JSON values.
fn text(value: &Value) -> Option<String> {
    match &value.shape {
        Shape::Template(segments) => segments
            .iter()
            .map(|segment| match segment {
                Segment::Literal { text, .. } => Some(text.to_string()),
                Segment::Value(value) => text(value),
            })
            .collect(),
        Shape::Json(_) => functions::json_text(value),
        _ => value.as_text().map(|text| text.into_owned()),
    }
}

/// Whether a value is the one that Terraform gave, in value and kind.
pub fn same(value: &Value, wanted: &Json, ty: &Json) -> bool {
    let kind = ty.as_str().or_else(|| ty.get(0).and_then(Json::as_str)).unwrap_or("");
    let of = |index: usize| match ty.get(1) {
        Some(Json::Array(types)) if kind == "tuple" => types.get(index).cloned().unwrap_or_default(),
        Some(inner) => inner.clone(),
        None => Json::Null,
    };
    match (&value.shape, wanted) {
        (Shape::Null, Json::Null) => true,
        (Shape::Bool(a), Json::Bool(b)) => a == b,
        (Shape::Number(a), Json::Number(b)) => {
            Number::parse(&b.to_string()).is_some_and(|b| *a.to_string() == b.to_string() || a.as_f64() == b.as_f64())
        }
        (Shape::Text(_) | Shape::Template(_) | Shape::Json(_), Json::String(b)) => text(value).as_deref() == Some(b),
        (Shape::Sequence(sequence, items), Json::Array(wanted)) => {
            let kinds = matches!(
                (sequence, kind),
                (SequenceKind::List, "list") | (SequenceKind::Set, "set") | (SequenceKind::Tuple, "tuple")
            );
            kinds
                && items.len() == wanted.len()
                && items.iter().zip(wanted).enumerate().all(|(index, (item, wanted))| same(item, wanted, &of(index)))
        }
        (Shape::Mapping(mapping, entries), Json::Object(wanted)) => {
            let kinds = matches!((mapping, kind), (MappingKind::Map, "map") | (MappingKind::Object, "object"));
            let ty = |key: &str| match kind {
                "object" => ty.get(1).and_then(|types| types.get(key)).cloned().unwrap_or_default(),
                _ => of(0),
            };
            kinds
                && entries.len() == wanted.len()
                && entries.iter().all(|entry| {
                    wanted.get(&*entry.key).is_some_and(|wanted| same(&entry.value, wanted, &ty(&entry.key)))
                })
        }
        _ => false,
    }
}
