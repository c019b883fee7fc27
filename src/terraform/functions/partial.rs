//! What is left of a function's result when not everything that goes into it is known.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Context;
use crate::value::choice::{self, Alternative, MAX_ALTERNATIVES};
use crate::value::{
    Entry, Formula, Marks, Reason, Segment, Shape, Symbol, SymbolKind, TypeHint, Unknown, Value, concatenate,
};

/// The marks of a value and of everything in it.
pub(super) fn deep_marks(value: &Value) -> Marks {
    let inner = |marks: Marks, value: &Value| marks.with(deep_marks(value));
    match &value.shape {
        Shape::Sequence(_, items) => items.iter().fold(value.marks, inner),
        Shape::Mapping(_, entries) => entries.iter().map(|entry| &entry.value).fold(value.marks, inner),
        Shape::Json(json) => inner(value.marks, json),
        Shape::Open(open) => inner(value.marks, &open.element),
        Shape::Template(segments) => segments.iter().fold(value.marks, |marks, segment| match segment {
            Segment::Value(piece) => marks.with(deep_marks(piece)),
            Segment::Literal { .. } => marks,
        }),
        _ => value.marks,
    }
}

/// An unknown value in place of a function's result: the first reason found in `arguments`, and every reference in them.
pub(in super::super) fn opaque(arguments: &[Value], hint: TypeHint) -> Value {
    let mut may: Vec<Symbol> = Vec::new();
    let mut marks = Marks::default();
    for argument in arguments {
        marks = marks.with(deep_marks(argument));
        choice::collect_symbols(argument, &mut may);
    }
    let mut seen = Vec::with_capacity(may.len());
    may.retain(|symbol| {
        let new = !seen.contains(symbol);
        if new {
            seen.push(symbol.clone());
        }
        new
    });
    let reason = arguments.iter().find_map(reason).unwrap_or_else(|| match may.first() {
        Some(symbol) => Reason::AfterApply(symbol.attribute.clone()),
        None => Reason::TooMany,
    });
    let unknown = Unknown { hint, may: may.into(), ..Unknown::new(reason) };
    Value::from(Shape::Unknown(Arc::new(unknown))).marked(marks)
}

fn reason(value: &Value) -> Option<Reason> {
    match &value.shape {
        Shape::Unknown(unknown) => Some(unknown.reason.clone()),
        Shape::Error(failure) => Some(Reason::Failed(failure.message.clone())),
        Shape::Sequence(_, items) => items.iter().find_map(reason),
        Shape::Mapping(_, entries) => entries.iter().find_map(|entry| reason(&entry.value)),
        Shape::Json(json) => reason(json),
        Shape::Open(open) => reason(&open.element),
        Shape::Choice(alternatives) => alternatives.iter().find_map(|alternative| reason(&alternative.value)),
        Shape::Template(segments) => segments.iter().find_map(|segment| match segment {
            Segment::Value(piece) => reason(piece),
            Segment::Literal { .. } => None,
        }),
        _ => None,
    }
}

/// Applies `function` for every way to decide the choices inside the arguments, at any depth of collections.
pub(super) fn spread(arguments: &[Value], mut function: impl FnMut(&[Value]) -> Value) -> Value {
    if !arguments.iter().any(has_choice) {
        return function(arguments);
    }
    match product(arguments.iter()) {
        Some(rows) => choice::choose(
            rows.into_iter().map(|(guard, row)| Alternative { guard, value: function(&row) }).collect::<Vec<_>>(),
        ),
        None => choice::too_many(arguments),
    }
}

fn has_choice(value: &Value) -> bool {
    match &value.shape {
        Shape::Choice(_) => true,
        Shape::Sequence(_, items) => items.iter().any(has_choice),
        Shape::Mapping(_, entries) => entries.iter().any(|entry| has_choice(&entry.value)),
        _ => false,
    }
}

/// Every way to decide the choices in `values`; `None` if there are too many.
fn product<'a>(values: impl Iterator<Item = &'a Value>) -> Option<Vec<(Formula, Vec<Value>)>> {
    let mut rows: Vec<(Formula, Vec<Value>)> = vec![(Formula::True, Vec::new())];
    for value in values {
        let decided = decisions(value)?;
        if let [(Formula::True, only)] = &decided[..] {
            rows.iter_mut().for_each(|(_, row)| row.push(only.clone()));
            continue;
        }
        let mut next = Vec::with_capacity(rows.len() * decided.len());
        for (guard, row) in &rows {
            for (condition, value) in &decided {
                let guard = Formula::and([guard.clone(), condition.clone()]);
                if guard != Formula::False {
                    let mut row = row.clone();
                    row.push(value.clone());
                    next.push((guard, row));
                }
            }
        }
        if next.len() > MAX_ALTERNATIVES {
            return None;
        }
        rows = next;
    }
    Some(rows)
}

fn decisions(value: &Value) -> Option<Vec<(Formula, Value)>> {
    if !has_choice(value) {
        return Some(vec![(Formula::True, value.clone())]);
    }
    match &value.shape {
        Shape::Choice(_) => {
            let mut all = Vec::new();
            for alternative in choice::alternatives(value) {
                for (guard, decided) in decisions(&alternative.value)? {
                    all.push((Formula::and([alternative.guard.clone(), guard]), decided));
                }
            }
            (all.len() <= MAX_ALTERNATIVES).then_some(all)
        }
        Shape::Sequence(kind, items) => {
            let rows = product(items.iter())?;
            let remake = |row: Vec<Value>| Value { shape: Shape::Sequence(*kind, row.into()), ..value.clone() };
            Some(rows.into_iter().map(|(guard, row)| (guard, remake(row))).collect())
        }
        Shape::Mapping(kind, entries) => {
            let rows = product(entries.iter().map(|entry| &entry.value))?;
            let remake = |row: Vec<Value>| {
                let entries: Vec<Entry> =
                    entries.iter().zip(row).map(|(entry, value)| Entry { value, ..entry.clone() }).collect();
                Value { shape: Shape::Mapping(*kind, entries.into()), ..value.clone() }
            };
            Some(rows.into_iter().map(|(guard, row)| (guard, remake(row))).collect())
        }
        _ => Some(vec![(Formula::True, value.clone())]),
    }
}

/// The result of a function over texts that are known in part: it is tried with several texts in place of each unknown
/// piece, among them such as are made to come apart under it, and what it does to all of them alike is the result.
///
/// An ARN of IAM is tried with several partitions, accounts, kinds of resources and paths, so that only what holds for
/// each is claimed: the last part behind a slash is the name, the second is not. One of another service is tried with
/// every service and resource that is looked for.
///
/// Only what is worked on, at the places `subjects`, may be known in part: what is looked for could be anything.
pub(super) fn probe(
    arguments: &[Value],
    subjects: &[usize],
    hint: TypeHint,
    context: &Context<'_>,
    function: impl Fn(&[Value]) -> Value,
) -> Value {
    let mut holes: Vec<Value> = Vec::new();
    let mut words = BTreeSet::new();
    for (index, argument) in arguments.iter().enumerate() {
        let usable = subjects.contains(&index) || argument.is_known();
        if !usable || !collect_holes(argument, &mut holes, &mut words) {
            return opaque(arguments, hint);
        }
    }
    let words: Vec<String> = words.into_iter().take(MAX_WORDS).collect();
    let mut agreed: Vec<Value> = Vec::new();
    let mut results: Vec<Value> = Vec::new();
    for trial in 0..FIXED_TRIALS + 3 * words.len() {
        let filling = |(index, hole)| Filling::new(hole, index, trial, &words, context);
        let texts: Vec<Filling> = holes.iter().enumerate().map(filling).collect();
        let filled: Vec<Value> = arguments.iter().map(|argument| fill(argument, &holes, &texts)).collect();
        let result = function(&filled);
        let Some(restored) = restore(&result, &texts) else { return opaque(arguments, hint) };
        if agreed.last() != Some(&restored) {
            agreed.push(restored);
        }
        results.push(result);
    }
    match agreed.pop() {
        Some(only) if agreed.is_empty() => only,
        _ if hint == TypeHint::String => around(&results, opaque(arguments, hint)),
        _ => opaque(arguments, hint),
    }
}

/// `unknown` between what all of `texts` begin and end with.
fn around(texts: &[Value], unknown: Value) -> Value {
    let texts: Option<Vec<std::borrow::Cow<'_, str>>> = texts.iter().map(Value::as_text).collect();
    let Some(texts) = texts else { return unknown };
    let Some((first, others)) = texts.split_first() else { return unknown };
    let common = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let common_back = |a: &str, b: &str| a.bytes().rev().zip(b.bytes().rev()).take_while(|(a, b)| a == b).count();
    let mut front = others.iter().map(|other| common(first, other)).min().unwrap_or(0);
    let mut back = others.iter().map(|other| common_back(first, other)).min().unwrap_or(0);
    let shortest = texts.iter().map(|text| text.len()).min().unwrap_or(0);
    while !first.is_char_boundary(front) {
        front -= 1;
    }
    while !first.is_char_boundary(first.len() - back) {
        back -= 1;
    }
    if front + back > shortest {
        back = 0;
    }
    let Shape::Unknown(inner) = &unknown.shape else { return unknown };
    let middle = Unknown { not_null: true, ..(**inner).clone() };
    let middle = Value { shape: Shape::Unknown(Arc::new(middle)), ..unknown.clone() };
    let (prefix, suffix) = (first.get(..front).unwrap_or(""), first.get(first.len() - back..).unwrap_or(""));
    if prefix.is_empty() && suffix.is_empty() {
        return middle;
    }
    concatenate(vec![Value::text(prefix), middle, Value::text(suffix)])
}

const MAX_WORDS: usize = 8;
const FIXED_TRIALS: usize = 4;

/// The unknown pieces of a text, and the words in what is known: the texts that a function may look for. False when
/// something else than text is unknown.
fn collect_holes(value: &Value, holes: &mut Vec<Value>, words: &mut BTreeSet<String>) -> bool {
    match &value.shape {
        Shape::Null | Shape::Bool(_) | Shape::Number(_) => true,
        Shape::Text(text) => {
            let in_names = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
            words.extend(text.split(|c| !in_names(c)).filter(|word| !word.is_empty()).map(str::to_owned));
            if !text.is_empty() && text.len() <= 64 {
                words.insert(text.to_string());
            }
            true
        }
        Shape::Template(segments) => segments.iter().all(|segment| match segment {
            Segment::Literal { .. } => true,
            Segment::Value(piece) => collect_holes(piece, holes, words),
        }),
        Shape::Sequence(_, items) => items.iter().all(|item| collect_holes(item, holes, words)),
        Shape::Symbol(_) | Shape::Unknown(_) | Shape::Json(_) => {
            if !holes.contains(value) {
                holes.push(value.clone());
            }
            true
        }
        _ => false,
    }
}

/// What stands for an unknown piece in one trial.
struct Filling {
    text: String,
    /// Texts that stand for something in a result, the longest first.
    means: Vec<(String, Value)>,
}

impl Filling {
    fn new(hole: &Value, index: usize, trial: usize, words: &[String], context: &Context<'_>) -> Filling {
        // Neither beginnings nor ends are alike, so that what two results share is not taken from here.
        let marks = ['Q', 'k', 'V', 'j'];
        let mark = |at: usize| marks.get(at % marks.len()).copied().unwrap_or('w');
        let token = format!("{}x{index}z{trial}{}", mark(trial), mark(trial + 1));
        let anything = match &hole.shape {
            Shape::Symbol(symbol) => symbol.kind == SymbolKind::Other,
            _ => true,
        };
        let name = match trial {
            0 => token,
            1 => format!("{token}-b_C.d@e,f+g=9"),
            2 => format!("{token}{}", "y".repeat(if anything { 600 } else { 64usize.saturating_sub(token.len()) })),
            3 if anything => format!("/{token} :\t\"é{{}}\\,;\n{token}/"),
            3 => format!("0{token}0"),
            _ => {
                let word = words.get((trial - FIXED_TRIALS) / 3).map_or("", String::as_str);
                match (trial - FIXED_TRIALS) % 3 {
                    _ if !anything && word.contains(|c: char| !c.is_ascii_alphanumeric() && !"_+=,.@-".contains(c)) => {
                        token
                    }
                    0 => format!("{word}{token}"),
                    1 => format!("{token}{word}"),
                    _ => format!("{word}{token}{word}{token}{word}"),
                }
            }
        };
        let Shape::Symbol(symbol) = &hole.shape else {
            return Filling { text: name.clone(), means: vec![(name, hole.clone())] };
        };
        if symbol.kind != SymbolKind::Arn {
            return Filling { text: name.clone(), means: vec![(name, hole.clone())] };
        }
        if !(context.of_iam)(symbol.resource) {
            let start = ["arn:aws", "arn:aws-cn", "arn:aws-us-gov"][trial % 3];
            let place = ["us-east-1:111122223333", ":"][trial % 2];
            let service = words.get(trial % (words.len() + 1)).map_or("sqs", String::as_str);
            let arn = format!("{start}:{service}:{place}:{name}");
            return Filling { text: arn.clone(), means: vec![(arn, hole.clone())] };
        }
        let (partition, account, kind, path) = match trial % 4 {
            0 => ("aws", "111122223333", "role", "/"),
            1 => ("aws-cn", "444455556666", "instance-profile", "/p1/"),
            2 => ("aws-us-gov", "777788889999", "user", "/p2/p3/"),
            _ => ("aws", "000000000000", "policy", "/"),
        };
        let arn = format!("arn:{partition}:iam::{account}:{kind}{path}{name}");
        let its_name = Symbol { kind: SymbolKind::Name, attribute: "name".into(), ..symbol.clone() };
        let named = Value { shape: Shape::Symbol(its_name), ..hole.clone() };
        Filling { text: arn.clone(), means: vec![(arn, hole.clone()), (name, named)] }
    }
}

fn fill(value: &Value, holes: &[Value], texts: &[Filling]) -> Value {
    match &value.shape {
        Shape::Template(segments) => {
            let filled: String = segments
                .iter()
                .map(|segment| match segment {
                    Segment::Literal { text, .. } => text.to_string(),
                    Segment::Value(piece) => {
                        let filled = fill(piece, holes, texts);
                        filled.as_text().map(std::borrow::Cow::into_owned).unwrap_or_default()
                    }
                })
                .collect();
            Value::text(filled)
        }
        Shape::Sequence(kind, items) => {
            let items: Vec<Value> = items.iter().map(|item| fill(item, holes, texts)).collect();
            Shape::Sequence(*kind, items.into()).into()
        }
        Shape::Symbol(_) | Shape::Unknown(_) | Shape::Json(_) => {
            let filling = holes.iter().position(|hole| hole == value).and_then(|index| texts.get(index));
            Value::text(filling.map_or("", |filling| &filling.text))
        }
        // Where the characters stand does not matter here, and results are compared.
        _ => Value::from(value.shape.clone()),
    }
}

/// A result with the meanings put back in place of their texts; `None` where that is not possible.
fn restore(value: &Value, texts: &[Filling]) -> Option<Value> {
    match &value.shape {
        Shape::Null | Shape::Bool(_) | Shape::Number(_) => Some(Value::from(value.shape.clone())),
        Shape::Text(text) => Some(restore_text(text, texts)),
        Shape::Sequence(kind, items) => {
            let items: Option<Vec<Value>> = items.iter().map(|item| restore(item, texts)).collect();
            Some(Shape::Sequence(*kind, items?.into()).into())
        }
        Shape::Mapping(kind, entries) => {
            let entries: Option<Vec<Entry>> = entries
                .iter()
                .map(|entry| Some(Entry { value: restore(&entry.value, texts)?, ..entry.clone() }))
                .collect();
            Some(Shape::Mapping(*kind, entries?.into()).into())
        }
        _ => None,
    }
}

fn restore_text(text: &str, texts: &[Filling]) -> Value {
    let mut rest = text;
    let mut found: Vec<Value> = Vec::new();
    while !rest.is_empty() {
        // The first occurrence, and of those at one place the longest text.
        let next = texts
            .iter()
            .flat_map(|filling| &filling.means)
            .filter_map(|(text, meaning)| rest.find(text.as_str()).map(|at| (at, text, meaning)))
            .min_by_key(|(at, text, _)| (*at, usize::MAX - text.len()));
        let Some((at, token, meaning)) = next else { break };
        let (before, behind) = rest.split_at(at);
        if !before.is_empty() {
            found.push(Value::text(before));
        }
        found.push(meaning.clone());
        rest = behind.get(token.len()..).unwrap_or("");
    }
    if !rest.is_empty() || found.is_empty() {
        found.push(Value::text(rest));
    }
    concatenate(found)
}
