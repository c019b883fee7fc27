//! See `invalid_identity_name.md`.

use crate::aws::arn::{self, ArnKind};
use crate::aws::identity::{self, Identity};
use crate::aws::slots::Wants;
use crate::diagnostic::Severity;
use crate::graph::{Attribute, Dialect, Mode};
use crate::link::{Means, SlotUse};
use crate::remedy;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{ResourceId, Segment, Shape, SymbolKind, Value, choice};

pub(super) static RULE: Rule = Rule {
    id: "invalid-identity-name",
    severity: Severity::Error,
    group: Group::Chain,
    pedantic: false,
    docs: include_str!("invalid_identity_name.md"),
    check: Check::Managed(check),
};

/// Longest names that IAM takes, in characters.
const ROLE_NAME: usize = 64;
const PROFILE_NAME: usize = 128;
/// Longest path, in characters.
const PATH: usize = 512;
/// What Terraform puts behind a `name_prefix`, in characters: a timestamp and a counter.
const SUFFIX: usize = 26;

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let linked = ctx.linked;
    let resource = ctx.resource(id);
    let longest = match linked.identity(id) {
        Some(Identity::Role) => Some(ROLE_NAME),
        Some(Identity::InstanceProfile) => Some(PROFILE_NAME),
        _ => None,
    };
    if let Some(longest) = longest.filter(|_| resource.mode == Mode::Managed)
        && let Some(names) = identity::names(resource.dialect, &resource.kind)
    {
        let attribute = |name: Option<&str>| name.and_then(|name| resource.attribute(name));
        own(ctx, id, attribute(names.name), &|value| name_problem(value, longest), &trimmed);
        own(ctx, id, attribute(names.name_prefix), &|value| prefix_problem(value, longest), &trimmed);
        own(ctx, id, attribute(names.path), &path_problem, &between_slashes);
    }
    for (index, slot_use) in linked.uses_of(id) {
        if let Some((message, help)) = slot_problem(slot_use, resource.dialect) {
            let draft = ctx
                .about_use(index, slot_use.primary_span(), message)
                .label("not a valid value")
                .help(help)
                .fix(mended(&slot_use.value).and_then(|name| remedy::write_text(linked, slot_use, &name)))
                .under(slot_use.guard.clone());
            ctx.report(draft);
        }
    }
}

/// A role's or profile's own name, prefix or path.
fn own(
    ctx: &mut Ctx<'_>,
    id: ResourceId,
    attribute: Option<&Attribute>,
    problem: &dyn Fn(&Value) -> Option<(String, String)>,
    meant: &dyn Fn(&str) -> Option<String>,
) {
    let Some(attribute) = attribute else { return };
    let resource = ctx.resource(id);
    for alternative in choice::alternatives(&attribute.value) {
        // A default is replaced by who calls, and what is left to be replaced is told by another rule.
        let open =
            alternative.value.marks.assumed || literals(&alternative.value).iter().any(|text| text.contains("${"));
        let Some((message, help)) = problem(&alternative.value).filter(|_| !open) else { continue };
        let place = alternative.value.span.unwrap_or(attribute.key_span);
        let draft = ctx
            .about_resource(id, place, format!("{message}, in {}", resource.declaration))
            .help(help)
            .under(alternative.guard);
        let text = alternative.value.as_text();
        let fix = text
            .and_then(|text| meant(&text))
            .and_then(|new| remedy::respell(ctx.linked, &alternative.value, &new, true));
        ctx.report(draft.fix(fix));
    }
}

/// Whether IAM takes the character in a name.
fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_+=,.@-".contains(character)
}

/// The name without the spaces around it, if nothing else is wrong with it.
fn trimmed(name: &str) -> Option<String> {
    let inner = name.trim();
    (inner != name && !inner.is_empty() && inner.chars().all(is_allowed)).then(|| inner.to_string())
}

/// The path with a slash at both ends.
fn between_slashes(path: &str) -> Option<String> {
    let inner = path.trim_matches('/');
    let fits = !inner.is_empty() && inner.split('/').all(|part| !part.is_empty() && part.chars().all(is_allowed));
    fits.then(|| format!("/{inner}/"))
}

/// The name that a slot is to be given where it was given the name with its path, or with spaces around it.
fn mended(value: &Value) -> Option<String> {
    let text = value.as_text()?;
    let name = text.trim().rsplit('/').next().unwrap_or_default();
    let path = text.trim().strip_suffix(name).unwrap_or_default();
    let all = |text: &str, and: &str| text.chars().all(|character| is_allowed(character) || and.contains(character));
    (name != text && !name.is_empty() && all(name, "") && all(path, "/")).then(|| name.to_string())
}

/// The characters that are known of a text.
fn literals(value: &Value) -> Vec<String> {
    match &value.shape {
        Shape::Text(text) => vec![text.to_string()],
        Shape::Template(segments) => segments
            .iter()
            .filter_map(|segment| match segment {
                Segment::Literal { text, .. } => Some(text.to_string()),
                Segment::Value(value) => value.as_text().map(|text| text.into_owned()),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A character that no name of a role or profile has.
fn wrong_character(value: &Value) -> Option<char> {
    literals(value).iter().flat_map(|text| text.chars()).find(|character| !is_allowed(*character))
}

fn length(value: &Value) -> usize {
    literals(value).iter().map(|text| text.chars().count()).sum()
}

const CHARACTERS: &str = "A name is made of letters, digits and any of _+=,.@-; IAM answers ValidationError.";

fn name_problem(value: &Value, longest: usize) -> Option<(String, String)> {
    if let Some(character) = wrong_character(value) {
        return Some(character_problem(character));
    }
    let length = length(value);
    (length > longest).then(|| {
        (
            format!("the name is {length} characters long"),
            format!("IAM takes at most {longest} characters here. Shorten it."),
        )
    })
}

fn character_problem(character: char) -> (String, String) {
    let help = match character {
        '/' => format!("{CHARACTERS} What stands before a slash is the path, which has an argument of its own."),
        ':' => format!("{CHARACTERS} This looks like an ARN; the name is what stands behind its last slash."),
        _ => CHARACTERS.to_string(),
    };
    (format!("{character:?} cannot be in a name"), help)
}

fn prefix_problem(value: &Value, longest: usize) -> Option<(String, String)> {
    if let Some(character) = wrong_character(value) {
        return Some(character_problem(character));
    }
    let (length, longest) = (length(value), longest - SUFFIX);
    (length > longest).then(|| {
        (
            format!("the name_prefix is {length} characters long"),
            format!("Terraform puts {SUFFIX} characters behind it, which leaves {longest}. Shorten it."),
        )
    })
}

fn path_problem(value: &Value) -> Option<(String, String)> {
    let text = value.as_text()?;
    let printable = |character: char| ('!'..='\u{7f}').contains(&character);
    let help = "A path begins and ends with a slash, such as /team/; IAM answers ValidationError.";
    if text.is_empty() {
        return None;
    }
    if !text.starts_with('/') || !text.ends_with('/') {
        return Some((format!("the path {text:?} has no slash at both ends"), help.to_string()));
    }
    if !text.chars().all(printable) {
        return Some((format!("the path {text:?} has characters in it that IAM does not take"), help.to_string()));
    }
    let length = text.chars().count();
    (length > PATH).then(|| (format!("the path is {length} characters long"), format!("IAM takes {PATH}.")))
}

/// What is wrong with a name or ARN in a slot, as far as it can be told from itself.
fn slot_problem(slot_use: &SlotUse, dialect: Dialect) -> Option<(String, String)> {
    let value = &slot_use.value;
    if value.marks.assumed || literals(value).iter().any(|text| text.contains("${")) {
        return None;
    }
    let name_only = matches!(slot_use.slot.wants, Wants::RoleName | Wants::ProfileName);
    match &slot_use.means {
        Means::Arn(arn) if matches!(arn.kind, ArnKind::Role | ArnKind::InstanceProfile) => {
            let whole = arn.name.symbol.as_ref().is_some_and(|symbol| symbol.kind == SymbolKind::Arn);
            let inner = arn.name.text.as_deref().is_some_and(|name| name.contains(':'))
                || arn.path.text.as_deref().is_some_and(|path| path.contains("arn:"));
            (whole || inner).then(|| {
                let reference = match dialect {
                    Dialect::Terraform => "Use the reference to .arn alone, or put the name behind the slash.",
                    Dialect::CloudFormation => "Use !GetAtt Role.Arn alone, or put the name behind the slash.",
                };
                let help = format!("An ARN ends with the name; here a whole ARN stands in its place. {reference}");
                ("there is an ARN inside this ARN".to_string(), help)
            })
        }
        Means::Name(_) | Means::Open(_) if begins_with_broken_arn(value) => Some((
            "this begins like an ARN and is none".to_string(),
            "An ARN reads arn:PARTITION:iam::ACCOUNT:role/NAME (or instance-profile/NAME): a colon is missing or a part is."
                .to_string(),
        )),
        // An ARN in a slot for names is told by another rule.
        Means::Name(name) if name_only && !name.starts_with("arn:") => {
            wrong_character(value).map(character_problem)
        }
        _ => None,
    }
}

/// Whether the text begins with `arn` and cannot become an ARN, whatever is not known of it turns out to be.
fn begins_with_broken_arn(value: &Value) -> bool {
    let starts = |text: &str| {
        let rest = text.strip_prefix("arn");
        rest.is_some_and(|rest| !rest.starts_with(':') && (rest.is_empty() || rest.starts_with(['-', ';', '.', ' '])))
    };
    match &value.shape {
        Shape::Text(text) => {
            let like_one = text.contains(":iam:") || text.contains(":role/") || text.contains(":instance-profile/");
            like_one && text.starts_with("arn") && arn::of_text(text).is_none()
        }
        // `arn${AWS::Partition}iam::…`: what follows may bring the colon only when it is not the partition's name.
        Shape::Template(segments) => match (segments.first(), segments.get(1), segments.get(2)) {
            (
                Some(Segment::Literal { text, .. }),
                Some(Segment::Value(_)),
                Some(Segment::Literal { text: next, .. }),
            ) => starts(text) && (next.starts_with("iam:") || next.starts_with(":iam:")),
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_paths_and_prefixes_are_judged_by_iams_rules() {
        let name = |text: &str| name_problem(&Value::text(text), ROLE_NAME).is_none();
        assert!(name("Web_1+=,.@-"));
        assert!(!name("web role") && !name("a/b") && !name("büro"));
        assert!(name(&"x".repeat(64)) && !name(&"x".repeat(65)));
        let prefix = |length: usize| prefix_problem(&Value::text("x".repeat(length)), ROLE_NAME).is_none();
        assert!(prefix(38) && !prefix(39));
        let path = |text: &str| path_problem(&Value::text(text)).is_none();
        assert!(path("/") && path("/a/b/") && !path("/a") && !path("a/") && !path("/a b/"));
    }
}
