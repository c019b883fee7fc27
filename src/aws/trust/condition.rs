//! What the conditions of a statement leave of it.
//!
//! They are not evaluated: which keys a request carries depends on the service. A condition narrows and does not remove,
//! but for keys that a caller never sends, for conditions that hold whatever is sent, and for the source in the own account
//! that the documentation of a service asks for. How operators treat a key that
//! is not there follows the IAM user guide, "Condition operators" and "Set operators".

use super::{FEDERATED, MaybeReason, Notes, Truth};
use crate::aws::policy::Statement;
use crate::aws::principals::{self, Answer};
use crate::value::{Entry, Formula, Reason, Segment, Shape, Value, choice};

pub(super) fn truth(statement: &Statement, service: &str, denies: bool, notes: &mut Notes) -> Truth {
    let Some(entry) = statement.element("Condition") else { return Truth::YES };
    let mut truth = Truth::NO;
    for alternative in choice::alternatives(&entry.value) {
        let answer = match &alternative.value.shape {
            Shape::Null => Answer::Yes,
            Shape::Mapping(_, operators) => {
                all(operators, |operator, key, values| holds(operator, key, values, service))
            }
            _ => Answer::Maybe,
        };
        if answer == Answer::Maybe {
            let reason = if denies { MaybeReason::ConditionalDenial } else { MaybeReason::Condition };
            notes.maybe.push((reason, entry.key_span.or(alternative.value.span)));
        }
        truth = truth.or(Truth::from(answer).under(&alternative.guard, true));
    }
    truth
}

/// Under which condition nothing narrows whom the statement is about, for certain.
pub fn unconditional(statement: &Statement) -> Formula {
    let Some(entry) = statement.element("Condition") else { return Formula::True };
    let open = choice::alternatives(&entry.value).into_iter().filter(|alternative| match &alternative.value.shape {
        Shape::Null => true,
        Shape::Mapping(_, operators) => all(operators, narrows_nothing) == Answer::Yes,
        _ => false,
    });
    Formula::or(open.map(|alternative| alternative.guard))
}

/// Operators and their keys all have to hold.
fn all(operators: &[Entry], judge: impl Fn(&Operator, &str, &Value) -> Answer) -> Answer {
    let mut answer = Answer::Yes;
    for operator in operators {
        // What is no mapping is reported as malformed, or is not known.
        let Some(keys) = operator.value.as_mapping() else { return Answer::Maybe };
        let name = Operator::parse(&operator.key);
        for key in keys {
            match judge(&name, &key.key, &key.value) {
                Answer::No => return Answer::No,
                Answer::Maybe => answer = Answer::Maybe,
                Answer::Yes => {}
            }
        }
    }
    answer
}

/// How the values of a key are put together where it may have several.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quantifier {
    None,
    All,
    Any,
}

/// An operator in its parts: `ForAllValues:StringNotLikeIfExists`.
struct Operator {
    quantifier: Quantifier,
    /// The comparison in lower case, without `IfExists`.
    comparison: String,
    if_exists: bool,
}

impl Operator {
    fn parse(text: &str) -> Operator {
        let lower = text.to_ascii_lowercase();
        let (quantifier, rest) = match lower.split_once(':') {
            Some(("forallvalues", rest)) => (Quantifier::All, rest),
            Some(("foranyvalue", rest)) => (Quantifier::Any, rest),
            _ => (Quantifier::None, &*lower),
        };
        let (comparison, if_exists) = match rest.strip_suffix("ifexists") {
            Some(comparison) => (comparison, true),
            None => (rest, false),
        };
        Operator { quantifier, comparison: comparison.to_string(), if_exists }
    }

    fn is_negated(&self) -> bool {
        self.comparison.contains("not")
    }

    /// Whether `*` among its values stands for anything.
    fn replaces_wildcards(&self) -> bool {
        ["stringlike", "arnlike", "arnequals"].contains(&&*self.comparison)
    }

    /// Whether it holds when the key is not there.
    fn holds_without_key(&self) -> bool {
        self.if_exists
            || self.quantifier == Quantifier::All
            || (self.is_negated() && self.quantifier != Quantifier::Any)
    }
}

/// Whether one key of a condition holds when the service assumes the role.
fn holds(operator: &Operator, key: &str, values: &Value, service: &str) -> Answer {
    if is_own_source(operator, key, values, service) {
        return Answer::Yes;
    }
    let Some(texts) = texts(values) else { return Answer::Maybe };
    let absent = is_never_sent(key, service);
    if operator.comparison == "null" {
        return match (texts.iter().map(|text| text.to_ascii_lowercase()).collect::<Vec<_>>().as_slice(), absent) {
            ([wanted], true) if wanted == "true" => Answer::Yes,
            ([wanted], true) if wanted == "false" => Answer::No,
            _ => Answer::Maybe,
        };
    }
    let any_value = operator.replaces_wildcards() && texts.iter().any(|text| text == "*");
    match (absent, operator.holds_without_key()) {
        (true, true) => Answer::Yes,
        (true, false) => Answer::No,
        (false, true) if any_value => Answer::Yes,
        (false, _) => Answer::Maybe,
    }
}

/// Whether a key of a condition keeps nobody out: every value is allowed, or whoever asks can choose it.
fn narrows_nothing(operator: &Operator, key: &str, values: &Value) -> Answer {
    let Some(texts) = texts(values) else { return Answer::Maybe };
    let anything = operator.replaces_wildcards() && texts.iter().any(|text| text == "*");
    let everyone_has_it = ["aws:principalarn", "aws:principalaccount", "aws:userid", "sts:externalid", "aws:sourceip"];
    let over_tls = key.eq_ignore_ascii_case("aws:SecureTransport")
        && operator.comparison == "bool"
        && texts.iter().any(|text| text.eq_ignore_ascii_case("true"));
    let known = operator.holds_without_key() || everyone_has_it.iter().any(|known| key.eq_ignore_ascii_case(known));
    if over_tls || (anything && known) { Answer::Yes } else { Answer::Maybe }
}

/// The values of a key, if all of them are known and there is at least one.
fn texts(values: &Value) -> Option<Vec<String>> {
    let one = |value: &Value| match &value.shape {
        Shape::Bool(value) => Some(value.to_string()),
        _ => value.as_text().map(|text| text.into_owned()),
    };
    match values.as_sequence() {
        Some([]) => None,
        Some(items) => items.iter().map(one).collect(),
        None => one(values).map(|text| vec![text]),
    }
}

/// The services that send an external id when they assume a role: Cognito for text messages, VM Import, and Pinpoint,
/// by their documentation.
const SEND_EXTERNAL_ID: [&str; 3] = ["cognito-idp", "vmie", "pinpoint"];

/// Whether the service never sends the key: an external id, which accounts agree upon between themselves, or what only
/// the identities of a web or SAML provider have.
fn is_never_sent(key: &str, service: &str) -> bool {
    let key = key.to_ascii_lowercase();
    if service.starts_with(FEDERATED) {
        return key == "sts:externalid";
    }
    if key == "sts:externalid" {
        return principals::parse(service).is_some_and(|principal| !SEND_EXTERNAL_ID.contains(&principal.service));
    }
    // `SAML:aud`, `accounts.google.com:sub`, `oidc.eks.eu-west-1.amazonaws.com/id/…:aud`.
    let provider = key.rsplit_once(':').filter(|(_, claim)| ["aud", "sub", "amr", "oaud", "azp"].contains(claim));
    provider.is_some_and(|(provider, _)| provider == "saml" || provider.contains('.'))
}

/// Whether the condition only asks that the service acts for something in the account of the role, in the way that its
/// documentation shows: such a source is what uses the role here.
fn is_own_source(operator: &Operator, key: &str, values: &Value, service: &str) -> bool {
    let Some(parts) = principals::parse(service) else { return false };
    let sends_source = principals::source(&format!("{}.amazonaws.com", parts.service)).is_some();
    if !sends_source || operator.quantifier != Quantifier::None || operator.is_negated() {
        return false;
    }
    let values = values.as_sequence().unwrap_or(std::slice::from_ref(values));
    if key.eq_ignore_ascii_case("aws:SourceAccount") {
        return operator.comparison.starts_with("string") && values.iter().any(is_own_account);
    }
    key.eq_ignore_ascii_case("aws:SourceArn")
        && operator.replaces_wildcards()
        && values.iter().any(|value| is_any_in_own_account(value, parts.service))
}

/// Whether a value is the account as it is known where it is deployed.
fn is_own_account(value: &Value) -> bool {
    match &value.shape {
        Shape::Symbol(symbol) => &*symbol.attribute == "account_id",
        Shape::Unknown(unknown) => unknown.reason == Reason::Variable("AWS::AccountId".into()),
        _ => false,
    }
}

/// Whether an ARN with wildcards is that of anything of a service in the own account: `arn:aws:ecs:eu-west-1:…:*`,
/// `arn:aws:codebuild:*:…:project/*`. A region that is written out may be another.
fn is_any_in_own_account(arn: &Value, service: &str) -> bool {
    const OWN: &str = "\u{f0000}";
    const ANY: &str = "\u{f0001}";
    let Shape::Template(segments) = &arn.shape else { return false };
    let text: String = segments
        .iter()
        .map(|segment| match segment {
            Segment::Literal { text, .. } => text.to_string(),
            Segment::Value(value) if is_own_account(value) => OWN.to_string(),
            Segment::Value(value) => value.as_text().map_or_else(|| ANY.to_string(), |text| text.into_owned()),
        })
        .collect();
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", _, named, region, OWN, resource] = parts[..] else { return false };
    // Tasks of ECS are `ecs` in its ARNs, executions of Step Functions `states`.
    let is_service = named == service || service.split_once('-').is_some_and(|(first, _)| first == named);
    let of_any_kind = resource.strip_suffix('*').is_some_and(|kind| {
        let kind = kind.strip_suffix(['/', ':']).unwrap_or(kind);
        kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    });
    is_service && [ANY, "*"].contains(&region) && of_any_kind
}
