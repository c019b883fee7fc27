//! What IAM rejects in a policy document. Only what is written counts: a part that is not known is never a problem.

use super::principals;
use super::read::{GLUED_HELP, glued_element, glued_message, is_open_key};
use super::{Meant, New, Policy, PolicyUse, Problem, Statement};
use crate::aws::principals::distance;
use crate::text::Span;
use crate::value::{Entry, Formula, Shape, Value, choice};

const DOCUMENT: [&str; 3] = ["Version", "Id", "Statement"];
const STATEMENT: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/// What IAM rejects in the document, in the order of the text as far as it has places.
pub fn problems(policy: &Policy) -> Vec<Problem> {
    let mut report = Report { problems: Vec::new(), guard: Formula::True, certain: !policy.body.marks.assumed };
    document(policy, &mut report);
    for statement in &policy.statements {
        report.guard = statement.guard.clone();
        report.certain = statement.certain && !policy.body.marks.assumed && !statement.body.marks.assumed;
        check_statement(policy, statement, &mut report);
    }
    let mut problems = report.problems;
    problems.retain(|problem| problem.guard != Formula::False);
    problems.sort_by_key(|problem| problem.span.map(|span| (span.source, span.start)));
    problems
}

/// Collects problems under the condition of what is looked at.
pub(super) struct Report {
    problems: Vec<Problem>,
    guard: Formula,
    certain: bool,
}

impl Report {
    pub(super) fn add(&mut self, span: Option<Span>, message: impl Into<String>, help: impl Into<String>) {
        self.add_under(Formula::True, span, message, help);
    }

    /// Adds a problem that holds only under one more condition.
    pub(super) fn add_under(
        &mut self,
        guard: Formula,
        span: Option<Span>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let guard = Formula::and([self.guard.clone(), guard]);
        let (message, help) = (message.into(), help.into());
        self.problems.push(Problem { span, message, help, certain: self.certain, lenient: false, guard, meant: None });
    }

    /// Says of the last problem that IAM may take it all the same.
    fn lenient(&mut self) {
        if let Some(problem) = self.problems.last_mut() {
            problem.lenient = true;
        }
    }

    /// Says of the last problem what was meant by the text `written` at `span`.
    pub(super) fn meant(&mut self, span: Option<Span>, written: &str, new: New, clear: bool) {
        if let (Some(problem), Some(span)) = (self.problems.last_mut(), span) {
            problem.meant = Some(Meant { span, written: written.to_string(), new, clear });
        }
    }

    /// Adds a problem that is less than certain.
    pub(super) fn add_possible(
        &mut self,
        guard: Formula,
        span: Option<Span>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let certain = std::mem::replace(&mut self.certain, false);
        self.add_under(guard, span, message, help);
        self.certain = certain;
    }
}

/// Under which condition an element is absent or null; [`Formula::False`] when that is not known.
fn absence(entry: Option<&Entry>) -> Formula {
    match entry {
        None => Formula::True,
        Some(entry) => nulls(&entry.value),
    }
}

fn nulls(value: &Value) -> Formula {
    // A null that is only a default is replaced by who calls.
    let is_null = |value: &Value| value.is_null() && !value.marks.assumed;
    let nulls = choice::alternatives(value).into_iter().filter(|alternative| is_null(&alternative.value));
    Formula::or(nulls.map(|alternative| alternative.guard))
}

/// Under which condition an element is there for certain; [`Formula::False`] when that is not known.
fn presence(value: &Value) -> Formula {
    let there = choice::alternatives(value)
        .into_iter()
        .filter(|alternative| !alternative.value.is_null() && !alternative.value.is_opaque());
    Formula::or(there.map(|alternative| alternative.guard))
}

fn document(policy: &Policy, report: &mut Report) {
    let entries = policy.body.as_mapping().unwrap_or_default();
    if entries.iter().any(|entry| is_open_key(&entry.key)) {
        return;
    }
    let absent = policy.element("Statement").is_none();
    if absent && let Some(entry) = entries.iter().find(|entry| STATEMENT.contains(&&*entry.key)) {
        report.add_under(
            presence(&entry.value),
            entry.key_span.or(entry.value.span),
            format!("`{}` stands in the document itself and not in a statement", entry.key),
            "Put the statement's elements into a list of statements: `\"Statement\": [ { … } ]`",
        );
        return version(policy, report);
    }
    for entry in entries.iter().filter(|entry| !DOCUMENT.contains(&&*entry.key)) {
        let inner = STATEMENT.iter().find(|name| name.eq_ignore_ascii_case(&entry.key));
        match inner {
            Some(name) if !absent => report.add_under(
                presence(&entry.value),
                entry.key_span.or(entry.value.span),
                format!("`{name}` stands beside `Statement` and not inside it"),
                format!("Indent `{name}` so that it belongs to its statement; IAM does not look for it here"),
            ),
            _ => unknown_element(entry, entries, &DOCUMENT, "a policy document", report),
        }
    }
    version(policy, report);
    statements(policy, report);
}

fn version(policy: &Policy, report: &mut Report) {
    let Some(entry) = policy.element("Version") else { return };
    for alternative in choice::alternatives(&entry.value) {
        let written = match &alternative.value.shape {
            Shape::Text(text) => text.to_string(),
            Shape::Number(number) => number.to_string(),
            _ => continue,
        };
        if ["2012-10-17", "2008-10-17"].contains(&&*written) || written.contains("${") {
            continue;
        }
        let help = if written.starts_with("2012-10-17T") || written.starts_with("2008-10-17T") {
            "Without quotes YAML reads it as a date, which is written out with a time; put it in quotes: \"2012-10-17\""
        } else {
            "It names the version of the policy language, not of your policy; write \"2012-10-17\""
        };
        let span = alternative.value.span.or(entry.key_span);
        report.add_under(alternative.guard, span, format!("there is no policy version `{written}`"), help);
    }
    let single = policy.element("Statement").is_some_and(|entry| entry.value.as_mapping().is_some());
    let position = |name: &str| policy.body.as_mapping()?.iter().position(|entry| &*entry.key == name);
    if policy.from_text && single && position("Statement") < position("Version") {
        report.add_possible(
            Formula::True,
            entry.key_span,
            "`Version` comes after a `Statement` that is a single object",
            "IAM has rejected documents in this order; put `Version` first, or the statement in a list",
        );
    }
}

fn statements(policy: &Policy, report: &mut Report) {
    let entry = policy.element("Statement");
    let absent = absence(entry);
    // A key that is almost it was reported above.
    let misspelt = entry.is_none()
        && policy.body.as_mapping().unwrap_or_default().iter().any(|entry| {
            meant(&entry.key, &["Statement"]).is_some() || glued_element(&entry.key, &["Statement"]).is_some()
        });
    if absent != Formula::False && !misspelt {
        let help = "IAM wants a `Statement`: a list of objects with `Effect`, `Action` and what they apply to";
        report.add_under(absent, policy.body.span, "the policy has no `Statement`", help);
    }
    for misfit in &policy.misfits {
        let text = misfit.value.as_text().unwrap_or_default();
        let (message, help) = match glued_element(&text, &STATEMENT) {
            Some(element) => (glued_message(element), GLUED_HELP),
            None => (
                "this is not a statement".to_string(),
                "A statement is an object with `Effect`, `Action` and what they apply to",
            ),
        };
        report.add_under(misfit.guard.clone(), misfit.value.span, message, help);
    }
    for alternative in entry.map(|entry| choice::alternatives(&entry.value)).unwrap_or_default() {
        let empty = match &alternative.value.shape {
            Shape::Sequence(_, items) => items.is_empty(),
            Shape::Mapping(_, entries) => entries.is_empty(),
            _ => false,
        };
        if empty {
            let message = "the policy has no statement: `Statement` is empty";
            let help = "IAM wants at least one statement; leave the policy out if nothing is to be allowed";
            let span = alternative.value.span.or(entry.and_then(|entry| entry.key_span));
            if alternative.value.marks.assumed {
                report.add_possible(alternative.guard, span, message, help);
            } else {
                report.add_under(alternative.guard, span, message, help);
            }
        }
    }
}

/// The element that a key was meant to be.
fn meant<'a>(key: &str, elements: &[&'a str]) -> Option<&'a str> {
    let same = elements.iter().find(|name| name.eq_ignore_ascii_case(key));
    let near = || {
        let close = |name: &&&str| {
            let allowed = if name.len() > 5 { 2 } else { 1 };
            name.len() > 3 && distance(&name.to_ascii_lowercase(), &key.to_ascii_lowercase()) <= allowed
        };
        elements.iter().find(close)
    };
    same.or_else(near).copied()
}

fn unknown_element(entry: &Entry, beside: &[Entry], elements: &[&str], of: &str, report: &mut Report) {
    let key = &*entry.key;
    let span = entry.key_span.or(entry.value.span);
    if let Some(element) = glued_element(key, elements) {
        report.add(span, glued_message(element), GLUED_HELP);
        return;
    }
    let guard = presence(&entry.value);
    match meant(key, elements) {
        Some(name) if name.eq_ignore_ascii_case(key) => {
            let help = "IAM compares the names of elements letter by letter, capitals included";
            report.add_under(guard, span, format!("`{key}` is written `{name}`"), help);
        }
        Some(name) => {
            let help = format!("IAM knows no such element and rejects the policy; write `{name}`");
            report.add_under(guard, span, format!("`{key}` is not an element of {of}, `{name}` is"), help);
        }
        None => {
            let help = format!("IAM rejects elements it does not know. {} are known here", listed(elements));
            report.add_under(guard, span, format!("`{key}` is not an element of {of}"), help);
        }
    }
    if let Some(name) = meant(key, elements).filter(|name| !beside.iter().any(|other| *other.key == **name)) {
        report.meant(entry.key_span, key, New::Text(name.to_string()), true);
    }
}

fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

fn check_statement(policy: &Policy, statement: &Statement, report: &mut Report) {
    let entries = statement.body.as_mapping().unwrap_or_default();
    // An empty statement is reported once, as an empty list of statements is.
    if entries.is_empty() {
        return;
    }
    for entry in entries.iter().filter(|entry| !STATEMENT.contains(&&*entry.key)) {
        if DOCUMENT.contains(&&*entry.key) {
            report.add_under(
                presence(&entry.value),
                entry.key_span,
                format!("`{}` stands inside a statement and not beside `Statement`", entry.key),
                "It belongs to the document as a whole; move it out of the statement",
            );
        } else {
            unknown_element(entry, entries, &STATEMENT, "a statement", report);
        }
    }
    effect(statement, report);
    // What is misspelt or has slid out of the statement was reported above; what slid may hold the rest.
    let types = ["AWS", "Service", "Federated", "CanonicalUser"];
    let slid_out =
        |names: &[&str]| names.contains(&"Principal") && entries.iter().any(|entry| types.contains(&&*entry.key));
    let slid = STATEMENT.iter().any(|name| policy.element(name).is_some());
    let has_close = |names: &[&str]| {
        slid || slid_out(names)
            || entries.iter().filter(|entry| !STATEMENT.contains(&&*entry.key)).any(|entry| {
                meant(&entry.key, &STATEMENT).is_some_and(|name| names.contains(&name))
                    || glued_element(&entry.key, names).is_some()
            })
    };
    let mut require = |names: [&str; 2], message: &str, help: &str| {
        let absent = Formula::and(names.map(|name| absence(statement.element(name))));
        if absent != Formula::False && !has_close(&names) {
            report.add_under(absent, statement.span(), message, help);
        }
    };
    require(["Action", "NotAction"], "the statement has no `Action`", "IAM wants to know which actions it is about");
    match policy.purpose {
        PolicyUse::Trust | PolicyUse::Resource => require(
            ["Principal", "NotPrincipal"],
            "the statement has no `Principal`",
            "Say who it is about, such as `Principal: { Service: ec2.amazonaws.com }`",
        ),
        // A trust policy in the place of a permissions policy is told by its principals.
        PolicyUse::Identity if statement.principals.is_some() || statement.not_principals.is_some() => {}
        PolicyUse::Identity => require(
            ["Resource", "NotResource"],
            "the statement has no `Resource`",
            "IAM wants to know what the actions may be done to; `\"*\"` is everything",
        ),
    }
    match policy.purpose {
        PolicyUse::Trust => {
            for name in ["Resource", "NotResource"] {
                prohibited(
                    statement,
                    name,
                    "a trust policy has no",
                    "The role itself is the resource, so IAM rejects it here; remove it. What the role may do belongs \
                     into a permissions policy",
                    report,
                );
            }
        }
        PolicyUse::Identity => {
            for name in ["Principal", "NotPrincipal"] {
                prohibited(
                    statement,
                    name,
                    "a permissions policy has no",
                    "The identity it is attached to is the principal, so IAM rejects it here; remove it. Who may \
                     assume the role belongs into the trust policy",
                    report,
                );
            }
        }
        PolicyUse::Resource => {}
    }
    actions(policy.purpose, statement, report);
    if policy.purpose != PolicyUse::Identity {
        principals::check(statement, report);
    }
    condition(statement, report);
}

fn prohibited(statement: &Statement, name: &str, message: &str, help: &str, report: &mut Report) {
    if let Some(entry) = statement.element(name) {
        let span = entry.key_span.or(entry.value.span);
        report.add_under(presence(&entry.value), span, format!("{message} `{name}`"), help);
    }
}

fn effect(statement: &Statement, report: &mut Report) {
    let entry = statement.element("Effect");
    let near = |entry: &Entry| {
        meant(&entry.key, &STATEMENT) == Some("Effect") || glued_element(&entry.key, &["Effect"]).is_some()
    };
    let absent = absence(entry);
    if absent != Formula::False && !statement.body.as_mapping().unwrap_or_default().iter().any(near) {
        let help = "Say whether the statement allows or denies: `Effect: Allow`";
        report.add_under(absent, statement.span(), "the statement has no `Effect`", help);
    }
    let Some(entry) = entry else { return };
    for alternative in choice::alternatives(&entry.value) {
        let written = match &alternative.value.shape {
            Shape::Text(text) if ["Allow", "Deny"].contains(&&**text) || text.contains("${") => continue,
            Shape::Text(text) => text.to_string(),
            Shape::Bool(value) => value.to_string(),
            Shape::Number(number) => number.to_string(),
            _ => continue,
        };
        let span = alternative.value.span.or(entry.key_span);
        let message = format!("there is no effect `{written}`");
        match ["Allow", "Deny"].iter().find(|name| name.eq_ignore_ascii_case(&written)) {
            Some(name) => {
                let help = format!(
                    "The documentation says that capitals count, and IAM has answered \"The policy failed legacy parsing\"; \
                     write `{name}`"
                );
                report.add_under(alternative.guard, span, message, help);
                report.lenient();
                report.meant(alternative.value.span, &written, New::Text((*name).to_string()), true);
            }
            None => report.add_under(alternative.guard, span, message, "It is either `Allow` or `Deny`"),
        }
    }
}

fn actions(purpose: PolicyUse, statement: &Statement, report: &mut Report) {
    let lists = [("Action", &statement.actions), ("NotAction", &statement.not_actions)];
    for (name, items) in lists {
        for item in items.iter().flatten().filter(|item| item.certain) {
            let span = item.value.span.or(statement.element(name).and_then(|entry| entry.key_span));
            let text = match &item.value.shape {
                Shape::Mapping(..) | Shape::Bool(_) | Shape::Number(_) => {
                    let help = "Write it as text, such as \"sts:AssumeRole\"";
                    report.add_under(item.guard.clone(), span, format!("this `{name}` is not text"), help);
                    continue;
                }
                _ => match item.value.as_text() {
                    Some(text) => text,
                    None => continue,
                },
            };
            if text == "*" || text.contains("${") {
                continue;
            }
            match text.split_once(':') {
                None => {
                    let help = match purpose {
                        PolicyUse::Trust => "Put the service before it: \"sts:AssumeRole\"",
                        _ => "Put the service before it, as in \"s3:GetObject\"",
                    };
                    report.add_under(item.guard.clone(), span, format!("the action `{text}` names no service"), help);
                    let of_sts = ["AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML", "TagSession"];
                    if purpose == PolicyUse::Trust && of_sts.contains(&&*text) {
                        report.meant(item.value.span, &text, New::Text(format!("sts:{text}")), true);
                    }
                }
                Some((service, _)) if purpose == PolicyUse::Trust => {
                    let sts = service.eq_ignore_ascii_case("sts") || service.contains(['*', '?']);
                    if !sts && name == "Action" {
                        report.add_under(
                            item.guard.clone(),
                            span,
                            format!("a trust policy is about assuming the role, not about `{text}`"),
                            "IAM accepts only `sts:AssumeRole` and its like here; what the role may do belongs into a \
                             permissions policy",
                        );
                    }
                }
                Some(_) => {}
            }
        }
    }
}

fn condition(statement: &Statement, report: &mut Report) {
    let Some(entry) = statement.element("Condition") else { return };
    let not_object = |value: &Value| {
        matches!(value.shape, Shape::Text(_) | Shape::Bool(_) | Shape::Number(_) | Shape::Sequence(..))
            && !value.as_text().is_some_and(|text| text.contains("${"))
    };
    let help =
        "A condition has operators, and those have keys: `StringEquals: { \"aws:SourceAccount\": \"111122223333\" }`";
    for alternative in choice::alternatives(&entry.value) {
        if not_object(&alternative.value) {
            let span = alternative.value.span.or(entry.key_span);
            report.add_under(alternative.guard, span, "this `Condition` is not an object", help);
            continue;
        }
        for operator in alternative.value.as_mapping().unwrap_or_default() {
            condition_type(operator, &alternative.guard, report);
            if not_object(&operator.value) && !is_open_key(&operator.key) {
                let message = format!("the condition `{}` is not an object", operator.key);
                report.add_under(alternative.guard.clone(), operator.value.span.or(operator.key_span), message, help);
            }
        }
    }
}

/// The operators of conditions, without `IfExists` and set operators. From the IAM user guide, "Condition operators".
const OPERATORS: [&str; 27] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
];

/// An operator that is almost one: IAM compares letter by letter. One that is like none may be new.
fn condition_type(operator: &Entry, guard: &Formula, report: &mut Report) {
    let key = &*operator.key;
    let name = key.split_once(':').map_or(key, |(_, name)| name);
    let plain = name.strip_suffix("IfExists").unwrap_or(name);
    if is_open_key(key) || OPERATORS.contains(&plain) || operator.value.is_null() {
        return;
    }
    let same = OPERATORS.iter().find(|known| known.eq_ignore_ascii_case(plain));
    let near = || OPERATORS.iter().find(|known| known.len() > 6 && distance(known, plain) == 1);
    if let Some(meant) = same.or_else(near) {
        let help =
            format!("IAM answers `Invalid Condition type`; capitals count. Write `{}`", key.replace(plain, meant));
        let span = operator.key_span.or(operator.value.span);
        report.add_under(guard.clone(), span, format!("there is no condition `{key}`"), help);
        report.meant(operator.key_span, key, New::Text(key.replace(plain, meant)), same.is_some());
    }
}
