//! What Terraform makes of whole configurations, against ours: every attribute and output, references replaced by the text
//! that the recorded state has for them. With `ROLECALL_ORACLE` set to the oracle's path the answers are recorded again.

#[path = "support/memory.rs"]
mod memory;
#[cfg(test)]
#[path = "support/recorded.rs"]
mod recorded;

use std::collections::BTreeMap;
use std::path::Path;

use memory::Memory;
use recorded::Expected;
use rolecall::graph::{Configuration, Dialect};
use rolecall::terraform::{self, Inputs, Library, functions};
use rolecall::value::{Formula, Segment, SequenceKind, Shape, Symbol, Value};
use serde_json::{Map, Value as Json};

/// What is said differently, as `configuration: place`, with the reason.
const KNOWN_DIFFERENCES: &[(&str, &str)] =
    &[("numbers-and-texts: output.session", "what type an argument has, only the provider's schema says")];

fn interest(dialect: Dialect, kind: &str) -> Option<&'static [&'static str]> {
    let wanted: &[&str] = match (dialect, kind) {
        (Dialect::Terraform, "aws_iam_role") => {
            &["name", "name_prefix", "path", "tags", "assume_role_policy", "max_session_duration"]
        }
        (Dialect::Terraform, "aws_iam_instance_profile") => &["name", "name_prefix", "path", "role"],
        (Dialect::Terraform, "aws_iam_policy" | "aws_iam_role_policy") => &["name", "role", "policy"],
        (Dialect::Terraform, "aws_iam_role_policy_attachment") => &["role", "policy_arn"],
        (Dialect::Terraform, "aws_iam_policy_document") => &["json"],
        (Dialect::Terraform, "aws_instance" | "aws_launch_configuration") => {
            &["ami", "instance_type", "image_id", "iam_instance_profile"]
        }
        (Dialect::Terraform, "aws_launch_template") => &[
            "name",
            "name_prefix",
            "iam_instance_profile",
            "tag_specifications",
            "metadata_options",
            "block_device_mappings",
            "tags",
        ],
        (Dialect::Terraform, "aws_autoscaling_group") => &["min_size", "availability_zones", "launch_template"],
        (Dialect::Terraform, "aws_lambda_function") => &["function_name", "role", "handler", "environment"],
        (Dialect::Terraform, "terraform_data") => &["input"],
        _ => return None,
    };
    Some(wanted)
}

/// How much of a value was compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    Agrees,
    Differs,
    /// Something in it is not known to us, or depends on a condition that is open to us.
    Less,
}

/// A value with its references replaced; `None` for what is not known.
fn render(value: &Value, configuration: &Configuration, expected: &Expected) -> Option<Json> {
    let nested = |value: &Value| render(value, configuration, expected);
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
                    Segment::Value(value) => nested(value)?.as_str().map(str::to_string),
                })
                .collect();
            Json::String(pieces?.concat())
        }
        Shape::Json(inner) => match functions::json_text(value) {
            Some(text) => Json::String(text),
            None => Json::String(nested(inner)?.to_string()),
        },
        Shape::Sequence(_, items) => Json::Array(items.iter().map(nested).collect::<Option<_>>()?),
        Shape::Mapping(_, entries) => {
            let entries = entries.iter().map(|entry| Some((entry.key.to_string(), nested(&entry.value)?)));
            Json::Object(entries.collect::<Option<Map<String, Json>>>()?)
        }
        Shape::Symbol(symbol) => substitute(symbol, configuration, expected)?,
        _ => return None,
    })
}

/// What the state has for an attribute, which may be one inside another: `vpc_config[0].subnet_ids`.
fn substitute(symbol: &Symbol, configuration: &Configuration, expected: &Expected) -> Option<Json> {
    let resource = configuration.resource(symbol.resource);
    let attributes = expected.state.resources.get(&*resource.address)?;
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

/// Which differences do not count.
#[derive(Clone, Copy)]
struct Leniency {
    /// The attribute's type is the provider's: `5` and `"5"`, absent and null, the order of a set.
    schema: bool,
    /// A policy: a list of one is its element, and lists have no order.
    policy: bool,
}

fn equal(ours: &Json, theirs: &Json, lenient: Leniency) -> bool {
    match (ours, theirs) {
        (Json::String(a), Json::String(b)) => {
            let json = |text: &str| serde_json::from_str(text).ok().filter(|json: &Json| json.is_object());
            match (json(a), json(b)) {
                (Some(a), Some(b)) => equal(&a, &b, Leniency { schema: false, policy: true }),
                _ => a == b,
            }
        }
        (Json::Array(a), Json::Array(b)) => {
            if a.len() != b.len() {
                return false;
            }
            let in_order = a.iter().zip(b).all(|(a, b)| equal(a, b, lenient));
            in_order || ((lenient.schema || lenient.policy) && same_members(a, b, lenient))
        }
        // In JSON only a schema could tell an object from a block.
        (Json::Object(_), Json::Array(items)) if lenient.schema && items.len() == 1 => equal(ours, &items[0], lenient),
        (Json::Array(items), other) if lenient.policy && items.len() == 1 => equal(&items[0], other, lenient),
        (other, Json::Array(items)) if lenient.policy && items.len() == 1 => equal(other, &items[0], lenient),
        (Json::Object(a), Json::Object(b)) => {
            let known = a.iter().all(|(key, value)| match b.get(key) {
                Some(other) => equal(value, other, lenient),
                None => lenient.schema && (value.is_null() || is_empty(value)),
            });
            known && (lenient.schema || b.keys().all(|key| a.contains_key(key)))
        }
        (Json::Number(a), Json::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (a, b) if lenient.schema || lenient.policy => plain(a).is_some() && plain(a) == plain(b),
        (a, b) => a == b,
    }
}

fn same_members(a: &[Json], b: &[Json], lenient: Leniency) -> bool {
    let mut left: Vec<&Json> = b.iter().collect();
    a.iter().all(|a| match left.iter().position(|b| equal(a, b, lenient)) {
        Some(index) => {
            left.remove(index);
            true
        }
        None => false,
    })
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Array(items) => items.is_empty(),
        Json::Object(entries) => entries.is_empty(),
        Json::String(text) => text.is_empty(),
        _ => false,
    }
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

/// Compares a value with the state's. Of a choice, one alternative has to be right.
fn compare(
    value: &Value,
    theirs: Option<&Json>,
    schema: bool,
    configuration: &Configuration,
    expected: &Expected,
) -> Outcome {
    if let Shape::Choice(alternatives) = &value.shape {
        let right = alternatives.iter().any(|alternative| {
            compare(&alternative.value, theirs, schema, configuration, expected) != Outcome::Differs
        });
        return if right { Outcome::Less } else { Outcome::Differs };
    }
    if matches!(value.shape, Shape::Error(_)) {
        return Outcome::Differs;
    }
    let Some(ours) = render(value, configuration, expected) else { return Outcome::Less };
    let unordered = matches!(value.shape, Shape::Sequence(SequenceKind::Set, _));
    let lenient = Leniency { schema: schema || unordered, policy: false };
    let agrees = match theirs {
        Some(theirs) => equal(&ours, theirs, lenient),
        None => ours.is_null() || is_empty(&ours),
    };
    if agrees { Outcome::Agrees } else { Outcome::Differs }
}

/// One comparison: where, what came of it, and both sides for a message.
struct Comparison {
    place: String,
    outcome: Outcome,
    /// Whether Terraform knows it before it is applied.
    planned: bool,
    detail: String,
}

#[cfg(test)]
fn comparisons(name: &str, files: &BTreeMap<String, String>, expected: &Expected) -> Vec<Comparison> {
    let memory = Memory::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let library = Library::default();
    let inputs = Inputs { variables: recorded::arguments(files), ..Inputs::default() };
    let configuration = terraform::evaluate("", inputs, &library, &memory, &interest).unwrap();
    let messages: Vec<_> = configuration.diagnostics.iter().map(|diagnostic| &diagnostic.message).collect();
    assert!(messages.is_empty(), "{name}: {messages:?}");
    let mut found = Vec::new();
    let mut add = |place: String, value: &Value, theirs: Option<&Json>, planned: bool, schema: bool| {
        let outcome = compare(value, theirs, schema, &configuration, expected);
        let ours = render(value, &configuration, expected);
        let ours = ours.map_or_else(|| format!("{:.600}", format!("{:?}", value.shape)), |json| json.to_string());
        let detail = format!("ours   {ours}\n    theirs {}", theirs.map_or("nothing".into(), Json::to_string));
        found.push(Comparison { place: format!("{name}: {place}"), outcome, planned, detail });
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
        found.push(Comparison { place: format!("{name}: {}", resource.address), outcome, planned: true, detail });
    }
    for address in expected.state.resources.keys().filter(|address| !address.contains("data.aws_caller_identity")) {
        let kind = address.rsplit('.').nth(1).unwrap_or("");
        let known = |wanted: &str| configuration.resources.iter().any(|resource| *resource.address == *wanted);
        if interest(Dialect::Terraform, kind).is_some() && !known(address) {
            let detail = "ours   nothing\n    theirs there".to_string();
            let place = format!("{name}: {address}");
            found.push(Comparison { place, outcome: Outcome::Differs, planned: true, detail });
        }
    }
    found
}

#[test]
fn configurations_evaluate_as_in_terraform() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/terraform/values");
    let oracle = std::env::var_os("ROLECALL_ORACLE");
    let mut names: Vec<String> = std::fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    let (mut agree, mut less, mut more, mut failures) = (0, 0, 0, Vec::new());
    for name in &names {
        let directory = root.join(name);
        let mut files = BTreeMap::new();
        recorded::gather(&directory, "", &mut files);
        if let Some(oracle) = &oracle {
            recorded::record(oracle, &directory, &files);
        }
        let expected = recorded::read(&directory);
        for comparison in comparisons(name, &files, &expected) {
            let listed = KNOWN_DIFFERENCES.iter().any(|(place, _)| *place == comparison.place);
            match (comparison.outcome, comparison.planned) {
                (Outcome::Differs, _) if listed => {}
                (Outcome::Differs, _) => failures.push(format!("{}\n    {}", comparison.place, comparison.detail)),
                (_, _) if listed => failures.push(format!("{}: listed as different, but it agrees", comparison.place)),
                (Outcome::Agrees, true) => agree += 1,
                (Outcome::Agrees, false) => more += 1,
                (Outcome::Less, true) => {
                    less += 1;
                    println!("less: {}\n    {}", comparison.place, comparison.detail);
                }
                // Neither knows.
                (Outcome::Less, false) => println!("both unknown: {}\n    {}", comparison.place, comparison.detail),
            }
        }
    }
    println!("{agree} agree, {} differ, {less} known less, {more} known more", failures.len());
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
    assert!(names.len() >= 40 && agree > 300 && more > 50 && less < 30, "{agree} agree, {more} more, {less} less");
}
