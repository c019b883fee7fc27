//! What the conditions of a statement leave of it.
//!
//! They are not evaluated: which keys a request carries depends on the service. A condition narrows and does not remove,
//! with one exception, the external id, which services do not send.

use super::{MaybeReason, Notes, Truth};
use crate::aws::policy::Statement;
use crate::aws::principals;
use crate::value::{Shape, Value, choice};

pub(super) fn truth(statement: &Statement, service: &str, denies: bool, notes: &mut Notes) -> Truth {
    let Some(entry) = statement.element("Condition") else { return Truth::YES };
    let mut truth = Truth::NO;
    for alternative in choice::alternatives(&entry.value) {
        let one = match &alternative.value.shape {
            Shape::Null => Truth::YES,
            Shape::Mapping(_, operators) if operators.is_empty() => Truth::YES,
            _ if never(&alternative.value, service) => Truth::NO,
            _ => {
                let reason = if denies { MaybeReason::ConditionalDenial } else { MaybeReason::Condition };
                notes.maybe.push((reason, entry.key_span.or(alternative.value.span)));
                Truth::OPEN
            }
        };
        truth = truth.or(one.under(&alternative.guard, true));
    }
    truth
}

/// The services that send an external id when they assume a role: Cognito for text messages, VM Import, and Pinpoint,
/// by their documentation.
const SEND_EXTERNAL_ID: [&str; 3] = ["cognito-idp", "vmie", "pinpoint"];

/// Whether the condition wants an external id from a service that sends none. All operators have to hold, so one that
/// cannot is enough. Those with `IfExists`, `ForAllValues:` and the negated ones hold without the key.
fn never(condition: &Value, service: &str) -> bool {
    let sends = principals::parse(service).is_none_or(|principal| SEND_EXTERNAL_ID.contains(&principal.service));
    let positive = |operator: &str| {
        ["StringEquals", "StringLike", "StringEqualsIgnoreCase"].iter().any(|name| name.eq_ignore_ascii_case(operator))
    };
    !sends
        && condition.as_mapping().unwrap_or_default().iter().any(|operator| {
            positive(&operator.key)
                && operator.value.as_mapping().unwrap_or_default().iter().any(|key| {
                    // A key whose values are not set leaves nothing to compare.
                    key.key.eq_ignore_ascii_case("sts:ExternalId") && key.value.as_text().is_some()
                })
        })
}
