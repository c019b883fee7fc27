//! A configuration as it was evaluated, against Terraform's plan and state: every attribute that was asked for, every
//! output and every instance, with references replaced by the text that the state has for them.

use rolecall::graph::{Configuration, Interest};
use rolecall::terraform::functions;
use rolecall::value::{Formula, Segment, SequenceKind, Shape, Symbol, Value};
use serde_json::{Map, Value as Json};

use super::expected::Expected;

/// How much of a value was compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Agrees,
    Differs,
    /// Something in it is not known to us, or depends on a condition that is open to us; what is known of it is right.
    Less,
}

/// One comparison: where, what came of it, and both sides for a message.
pub struct Comparison {
    pub place: String,
    pub outcome: Outcome,
    /// Whether Terraform knows it before it is applied.
    pub planned: bool,
    pub detail: String,
}

/// Compares everything that Terraform says about a configuration.
pub fn comparisons(configuration: &Configuration, expected: &Expected, interest: Interest<'_>) -> Vec<Comparison> {
    let against = Against { configuration, expected };
    let mut found = Vec::new();
    let mut add = |place: String, value: &Value, theirs: Option<&Json>, planned: bool, schema: bool| {
        let outcome = against.compare(value, theirs, schema);
        let ours = against.render(value);
        let ours = ours.map_or_else(|| format!("{:.600}", format!("{:?}", value.shape)), |json| json.to_string());
        let detail = format!("ours   {ours}\n    theirs {}", theirs.map_or("nothing".into(), Json::to_string));
        found.push(Comparison { place, outcome, planned, detail });
    };
    for output in &configuration.outputs {
        let theirs = expected.state.outputs.get(&*output.name);
        let planned = expected.plan.outputs.contains_key(&*output.name);
        add(format!("output.{}", output.name), &output.value, theirs, planned, false);
    }
    for resource in &configuration.resources {
        let Some(theirs) = expected.state.resources.get(&*resource.address) else { continue };
        // What is set to null is the provider's to fill in.
        let set = resource.attributes.iter().filter(|attribute| !attribute.value.is_null());
        let plan = expected.plan.resources.get(&*resource.address);
        for attribute in set {
            let planned = plan.is_some_and(|plan| plan.get(&*attribute.name).is_some());
            let place = format!("{}.{}", resource.address, attribute.name);
            add(place, &attribute.value, theirs.get(&*attribute.name), planned, true);
        }
    }
    // Which resources there are.
    for resource in
        configuration.resources.iter().filter(|resource| interest(resource.dialect, &resource.kind).is_some())
    {
        let there = expected.state.resources.contains_key(&*resource.address);
        let outcome = match (&resource.exists, there) {
            (Formula::True, true) => Outcome::Agrees,
            (Formula::True, false) if !resource.address.contains("[*]") => Outcome::Differs,
            (Formula::False, true) => Outcome::Differs,
            (Formula::False, false) => Outcome::Agrees,
            _ => Outcome::Less,
        };
        let detail = format!("ours   exists if {:?}\n    theirs {there}", resource.exists);
        found.push(Comparison { place: resource.address.to_string(), outcome, planned: true, detail });
    }
    for address in expected.state.resources.keys() {
        let Some((dialect, kind)) = kind_of(address) else { continue };
        let ours = |wanted: &str| configuration.resources.iter().any(|resource| *resource.address == *wanted);
        if interest(dialect, kind).is_some() && !ours(address) {
            let outcome = if against.is_among_open(address) { Outcome::Less } else { Outcome::Differs };
            let detail = "ours   nothing\n    theirs there".to_string();
            found.push(Comparison { place: address.clone(), outcome, planned: true, detail });
        }
    }
    found
}

/// The type in a resource's address, whose keys may hold dots.
pub fn kind_of(address: &str) -> Option<(rolecall::graph::Dialect, &str)> {
    let mut outside = true;
    let dot = |c: char| {
        match c {
            '[' => outside = false,
            ']' => outside = true,
            _ => {}
        }
        c == '.' && outside
    };
    let parts: Vec<&str> = address.split(dot).collect();
    Some((rolecall::graph::Dialect::Terraform, parts.get(parts.len().checked_sub(2)?)?))
}

/// An address without its instance keys.
fn without_keys(address: &str) -> String {
    let mut out = String::new();
    let mut rest = address;
    while let Some((before, behind)) = rest.split_once('[') {
        out.push_str(before);
        rest = match behind.strip_prefix('"') {
            Some(quoted) => quoted.split_once("\"]").map_or("", |(_, rest)| rest),
            None => behind.split_once(']').map_or("", |(_, rest)| rest),
        };
    }
    out + rest
}

/// Which differences do not count.
#[derive(Clone, Copy)]
struct Leniency {
    /// The attribute's type is the provider's: `5` and `"5"`, absent and null, the order of a set.
    schema: bool,
    /// A policy: a list of one is its element, and lists have no order.
    policy: bool,
}

/// Both sides.
struct Against<'a> {
    configuration: &'a Configuration,
    expected: &'a Expected,
}

impl Against<'_> {
    /// Whether one of our instances stands for several, and this may be one of them.
    fn is_among_open(&self, address: &str) -> bool {
        let plain = without_keys(address);
        let open = |address: &str| address.contains("[*]") && without_keys(address) == plain;
        self.configuration.resources.iter().any(|resource| open(&resource.address))
    }

    /// A value with its references replaced; `None` for what is not known.
    fn render(&self, value: &Value) -> Option<Json> {
        Some(match &value.shape {
            Shape::Null => Json::Null,
            Shape::Bool(value) => Json::Bool(*value),
            Shape::Number(number) => serde_json::from_str(&number.to_string()).ok()?,
            Shape::Text(text) => Json::String(text.to_string()),
            Shape::Template(segments) => {
                let pieces: Option<Vec<String>> = segments
                    .iter()
                    .map(|segment| match segment {
                        Segment::Literal { text, .. } => Some(text.to_string()),
                        Segment::Value(value) => plain(&self.render(value)?).filter(|text| !text.is_empty()),
                    })
                    .collect();
                Json::String(pieces?.concat())
            }
            Shape::Json(inner) => match functions::json_text(value) {
                Some(text) => Json::String(text),
                None => Json::String(self.render(inner)?.to_string()),
            },
            Shape::Sequence(_, items) => {
                Json::Array(items.iter().map(|value| self.render(value)).collect::<Option<_>>()?)
            }
            // A block that is referred to has more than is written in it.
            Shape::Mapping(..) if value.alias.is_some() => self.substitute(value.alias.as_deref()?)?,
            Shape::Mapping(_, entries) => {
                let entries = entries.iter().map(|entry| Some((entry.key.to_string(), self.render(&entry.value)?)));
                Json::Object(entries.collect::<Option<Map<String, Json>>>()?)
            }
            Shape::Symbol(symbol) => self.substitute(symbol)?,
            Shape::Resource(id) => {
                let attributes = self.expected.state.resources.get(&*self.configuration.resource(*id).address)?;
                Json::Object(attributes.clone())
            }
            _ => return None,
        })
    }

    /// What the state has for an attribute, which may be one inside another: `vpc_config[0].subnet_ids`.
    fn substitute(&self, symbol: &Symbol) -> Option<Json> {
        let resource = self.configuration.resource(symbol.resource);
        let attributes = self.expected.state.resources.get(&*resource.address)?;
        let mut steps = symbol.attribute.split(['.', '[']).map(|step| step.trim_end_matches(']').trim_matches('"'));
        let mut found = attributes.get(steps.next()?).cloned().unwrap_or(Json::Null);
        for step in steps {
            found = match &found {
                Json::Array(items) => items.get(step.parse::<usize>().ok()?)?.clone(),
                Json::Object(entries) => entries.get(step)?.clone(),
                _ => return None,
            };
        }
        Some(found)
    }

    /// Compares a value with the state's.
    fn compare(&self, value: &Value, theirs: Option<&Json>, schema: bool) -> Outcome {
        if matches!(value.shape, Shape::Error(_)) {
            return Outcome::Differs;
        }
        let unordered = matches!(value.shape, Shape::Sequence(SequenceKind::Set, _));
        let lenient = Leniency { schema: schema || unordered, policy: false };
        if self.contradicts(value, theirs, lenient) {
            return Outcome::Differs;
        }
        if self.render(value).is_some() { Outcome::Agrees } else { Outcome::Less }
    }

    /// Whether what is known of the value is not what the state has. Of a choice, one alternative has to be right.
    fn contradicts(&self, value: &Value, theirs: Option<&Json>, lenient: Leniency) -> bool {
        if let Some(ours) = self.render(value) {
            return match theirs {
                Some(theirs) => !equal(&ours, theirs, lenient),
                None => !(ours.is_null() || is_empty(&ours)),
            };
        }
        match (&value.shape, theirs) {
            (Shape::Choice(alternatives), _) => {
                alternatives.iter().all(|alternative| self.contradicts(&alternative.value, theirs, lenient))
            }
            (Shape::Error(_), _) => true,
            (Shape::Mapping(_, entries), Some(Json::Object(theirs))) => {
                entries.iter().any(|entry| self.contradicts(&entry.value, theirs.get(&*entry.key), lenient))
            }
            (Shape::Sequence(_, items), Some(Json::Array(theirs))) if items.len() == 1 && theirs.len() == 1 => {
                self.contradicts(&items[0], theirs.first(), lenient)
            }
            (Shape::Json(inner), Some(Json::String(text))) => match serde_json::from_str::<Json>(text) {
                Ok(theirs) => self.contradicts(inner, Some(&theirs), Leniency { schema: false, policy: true }),
                Err(_) => true,
            },
            _ => false,
        }
    }
}

fn equal(ours: &Json, theirs: &Json, lenient: Leniency) -> bool {
    match (ours, theirs) {
        // What is null in a block is the provider's to fill in.
        (Json::Null, _) if lenient.schema => true,
        (Json::String(a), Json::String(b)) => {
            let json = |text: &str| serde_json::from_str(text).ok().filter(|json: &Json| json.is_object());
            match (json(a), json(b)) {
                (Some(a), Some(b)) => equal(&a, &b, Leniency { schema: false, policy: true }),
                _ => a == b || (lenient.schema && same_number(a, b)),
            }
        }
        (Json::Array(a), Json::Array(b)) => {
            let in_order = a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b, lenient));
            in_order || ((lenient.schema || lenient.policy) && same_members(a, b, lenient))
        }
        // In JSON only a schema could tell an object from a block.
        (Json::Object(_), Json::Array(items)) if lenient.schema && items.len() == 1 => equal(ours, &items[0], lenient),
        (Json::Array(items), Json::Object(_)) if lenient.schema && items.len() == 1 => {
            equal(&items[0], theirs, lenient)
        }
        (Json::Array(items), other) if lenient.policy && items.len() == 1 => equal(&items[0], other, lenient),
        (other, Json::Array(items)) if lenient.policy && items.len() == 1 => equal(other, &items[0], lenient),
        (Json::Object(a), Json::Object(b)) => {
            let known = a.iter().all(|(key, value)| match b.get(key) {
                Some(other) => equal(value, other, lenient),
                None => lenient.schema && (value.is_null() || is_empty(value)),
            });
            known && (lenient.schema || b.iter().all(|(key, value)| a.contains_key(key) || value.is_null()))
        }
        (Json::Number(a), Json::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (a, b) if lenient.schema || lenient.policy => match (plain(a), plain(b)) {
            (Some(a), Some(b)) => a == b || same_number(&a, &b),
            _ => false,
        },
        (a, b) => a == b,
    }
}

/// Whether every member of each list is in the other: a set has its members once, however often they are written.
fn same_members(a: &[Json], b: &[Json], lenient: Leniency) -> bool {
    let within = |a: &[Json], b: &[Json]| a.iter().all(|a| b.iter().any(|b| equal(a, b, lenient)));
    let covered = |a: &[Json], b: &[Json]| b.iter().all(|b| a.iter().any(|a| equal(a, b, lenient)));
    within(a, b) && covered(a, b)
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Array(items) => items.is_empty(),
        Json::Object(entries) => entries.is_empty(),
        Json::String(text) => text.is_empty(),
        Json::Bool(value) => !value,
        _ => false,
    }
}

fn same_number(a: &str, b: &str) -> bool {
    matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

/// A scalar as text.
fn plain(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(value) => Some(value.to_string()),
        Json::Null => Some(String::new()),
        _ => None,
    }
}
