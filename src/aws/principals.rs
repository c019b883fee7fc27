//! Service principals: which written forms mean one service, which services are known, and what a misspelling was meant
//! to be. The names are a table, `rules/data/service_principals.tsv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::value::{Segment, Shape, Value};

/// Whether something is so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Answer {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// It depends on what is not known here.
    Maybe,
}

/// What a service is known as.
struct Known {
    /// Whether it is only known as a service's endpoint, not as a principal.
    endpoint: bool,
    /// Whether forms with a region are documented.
    regional: bool,
}

static KNOWN: LazyLock<HashMap<&'static str, Known>> = LazyLock::new(|| {
    include_str!("../../rules/data/service_principals.tsv")
        .lines()
        .skip(1)
        .filter_map(|row| {
            let mut columns = row.split('\t');
            let principal = columns.next()?;
            let (kind, forms) = (columns.next()?, columns.next()?);
            Some((principal, Known { endpoint: kind == "endpoint", regional: forms == "regional" }))
        })
        .collect()
});

/// The ends of service principals over AWS's partitions; the longer ones first.
const SUFFIXES: [&str; 5] = [".amazonaws.com.cn", ".amazonaws.com", ".amazonaws.eu", ".sc2s.sgov.gov", ".c2s.ic.gov"];

/// A service principal in its parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Principal<'a> {
    /// The service with its sub-labels: `ec2`, `monitoring.rds`.
    pub service: &'a str,
    /// The region, in a regional form: `us-east-1`, or `<region>` in a pattern.
    pub region: Option<&'a str>,
    /// The partition's suffix with its leading dot.
    pub suffix: &'a str,
}

/// The services whose documentation shows a trust policy with a source condition, and what that source is.
static SOURCES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let rows = include_str!("../../rules/data/source_conditions.tsv").lines().skip(1);
    rows.filter_map(|row| {
        let mut columns = row.split('\t');
        Some((columns.next()?, columns.next()?))
    })
    .collect()
});

/// What `aws:SourceArn` is where a service assumes a role, as words, if its documentation shows a trust policy with a
/// condition on it. The service is a host name without region.
pub fn source(service: &str) -> Option<&'static str> {
    SOURCES.get(service).copied()
}

/// Takes a service principal apart; `None` when the text does not end like one.
pub fn parse(text: &str) -> Option<Principal<'_>> {
    let (name, suffix) = SUFFIXES.iter().find_map(|suffix| Some((text.strip_suffix(suffix)?, *suffix)))?;
    if name.is_empty() {
        return None;
    }
    match name.rsplit_once('.') {
        Some((service, region)) if is_region(region) => Some(Principal { service, region: Some(region), suffix }),
        _ => Some(Principal { service: name, region: None, suffix }),
    }
}

/// Whether a label is a region's name, as `us-east-1` and `us-gov-west-1` are.
pub fn is_region(label: &str) -> bool {
    if label == "<region>" {
        return true;
    }
    let parts: Vec<&str> = label.split('-').collect();
    let [first, middle @ .., last] = &parts[..] else { return false };
    let letters = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    first.len() == 2
        && letters(first)
        && !middle.is_empty()
        && middle.iter().all(letters)
        && last.len() == 1
        && last.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the text is a service's host name: what belongs under `Service` and nowhere else. Regardless of case.
pub fn is_host(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    !text.contains([':', '/', '@', ' ']) && parse(&text).is_some()
}

/// Whether the text is only the end of a service principal: `amazonaws.com`, with or without a dot before it.
pub fn is_suffix(text: &str) -> bool {
    SUFFIXES.iter().any(|suffix| text == *suffix || suffix.strip_prefix('.') == Some(text))
}

/// Whether the text is a service principal that is known, in any of its forms.
pub fn is_known(text: &str) -> bool {
    KNOWN.contains_key(text)
        || parse(text).is_some_and(|principal| KNOWN.contains_key(&*format!("{}.amazonaws.com", principal.service)))
}

fn has_regional_forms(service: &str) -> bool {
    KNOWN.get(&*format!("{service}.amazonaws.com")).is_some_and(|known| known.regional)
}

/// Whether the principal as it is written lets in the service `wanted` (which may hold `<region>`).
///
/// Forms for a region and for other partitions mean the same service. A regional form of a service for which none is
/// documented may or may not be accepted. Case counts: IAM compares the text as it is.
pub fn same_service(written: &str, wanted: &str) -> Answer {
    if written == wanted {
        return Answer::Yes;
    }
    match (parse(written), parse(wanted)) {
        (Some(written), Some(wanted)) if written.service == wanted.service => {
            let regional = written.region.is_none() || has_regional_forms(wanted.service) || wanted.region.is_some();
            if regional { Answer::Yes } else { Answer::Maybe }
        }
        // Text that should have been replaced: it is reported as such, and what it was meant to be is open.
        _ if written.contains("${") => Answer::Maybe,
        _ => Answer::No,
    }
}

/// The same for a value that may be known in part: `ec2.${dns_suffix}` is the service `ec2` whatever the suffix is.
pub fn same_service_value(written: &Value, wanted: &str) -> Answer {
    if let Some(text) = written.as_text() {
        return same_service(&text, wanted);
    }
    let Some(service) = parse(wanted).map(|principal| principal.service) else { return Answer::Maybe };
    let (before, after) = match &written.shape {
        Shape::Template(segments) => known_ends(segments),
        Shape::Unknown(unknown) => (unknown.prefix.as_deref().unwrap_or_default().to_string(), String::new()),
        Shape::Symbol(_) | Shape::Error(_) => (String::new(), String::new()),
        _ => return Answer::No,
    };
    match before.strip_prefix(service) {
        // What follows the service is a suffix, or a region and a suffix.
        Some(".") if after.is_empty() => Answer::Yes,
        Some(".") if SUFFIXES.contains(&&*after) && has_regional_forms(service) => Answer::Yes,
        Some(rest) if rest.starts_with(".amazonaws.com") => Answer::Yes,
        Some(rest) if rest.is_empty() || rest.starts_with('.') => Answer::Maybe,
        _ if service.starts_with(&*before) => Answer::Maybe,
        _ => Answer::No,
    }
}

/// The known characters at both ends of a template.
fn known_ends(segments: &[Segment]) -> (String, String) {
    let text = |segment: &Segment| match segment {
        Segment::Literal { text, .. } => Some(text.to_string()),
        Segment::Value(value) => value.as_text().map(|text| text.into_owned()),
    };
    let before: String = segments.iter().map_while(text).collect();
    let mut after: Vec<String> = segments.iter().rev().map_while(text).collect();
    after.reverse();
    (before, after.concat())
}

/// The known principal that a misspelt one was meant to be; `None` when it is known, or like no other.
///
/// Short names differ in one letter from many others, and new services come every month, so the bar is high: a name of
/// up to four letters is only taken for another when two neighbouring letters are swapped.
pub fn suggest(written: &str) -> Option<String> {
    meant(written).map(|(principal, _)| principal)
}

/// The same, and whether it is the only one that is so near.
pub fn meant(written: &str) -> Option<(String, bool)> {
    let written = written.trim();
    if is_known(written) || written.contains("${") || written.is_empty() {
        return None;
    }
    let lower = written.to_ascii_lowercase();
    if lower != written && is_known(&lower) {
        return Some((lower, true));
    }
    if let Some(principal) = parse(&lower) {
        let (service, alone) = nearest(principal.service)?;
        let region = principal.region.map(|region| format!(".{region}")).unwrap_or_default();
        return Some((format!("{service}{region}{}", principal.suffix), alone));
    }
    // The host is right and the domain is not: `ec2.amazon.com`, `ec2.aws.com`, `ec2.amazonaws`, or just `ec2`.
    let (service, domain) = lower.split_once('.').unwrap_or((&lower, ""));
    let principal = format!("{service}.amazonaws.com");
    let principals = KNOWN.get(&*principal).is_some_and(|known| !known.endpoint);
    let like_a_domain = domain.is_empty()
        || ["amazon.com", "aws.com", "aws.amazon.com"].contains(&domain)
        || distance(domain, "amazonaws.com") <= 3;
    (principals && like_a_domain).then_some((principal, true))
}

/// The known service that `service` is a misspelling of, and whether no other one is as near.
fn nearest(service: &str) -> Option<(String, bool)> {
    let allowed = match service.chars().count() {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    };
    let mut best: Option<(usize, &str)> = None;
    let mut alone = true;
    for (principal, known) in KNOWN.iter() {
        let Some(name) = principal.strip_suffix(".amazonaws.com") else { continue };
        if known.endpoint || name.len().abs_diff(service.len()) > 2 {
            continue;
        }
        let found = distance(service, name);
        let swapped = found == 1 && name.len() == service.len() && sorted(name) == sorted(service);
        if found > allowed && !swapped {
            continue;
        }
        alone = best.is_none_or(|(least, _)| found < least) || alone && best.is_some_and(|(least, _)| found > least);
        if best.is_none_or(|before| (found, name) < before) {
            best = Some((found, name));
        }
    }
    best.map(|(_, name)| (name.to_string(), alone))
}

fn sorted(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.sort_unstable();
    bytes
}

/// How many letters have to be added, removed, replaced or swapped with their neighbour to turn one text into the other
/// (optimal string alignment). Texts of more than 64 bytes are as far apart as can be.
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() > 64 || b.len() > 64 {
        return usize::MAX;
    }
    let mut rows = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let same = a[i - 1] == b[j - 1];
                let mut least =
                    (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + usize::from(!same));
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(rows[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    rows[a.len()][b.len()]
}

/// The STS actions that a service needs in the trust policy of the role it assumes; for most only `sts:AssumeRole`.
/// From the documentation of EKS Pod Identity, EKS capabilities and IAM Roles Anywhere.
pub fn actions_needed(principal: &str) -> &'static [&'static str] {
    match parse(principal).map(|principal| principal.service) {
        Some("pods.eks" | "capabilities.eks") => &["sts:AssumeRole", "sts:TagSession"],
        Some("rolesanywhere") => &["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
        _ => &["sts:AssumeRole"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Reason, concatenate};

    #[test]
    fn written_forms_are_compared_as_services() {
        use Answer::*;
        let cases = [
            ("ec2.amazonaws.com", "ec2.amazonaws.com", Yes),
            ("ec2.amazonaws.com.cn", "ec2.amazonaws.com", Yes),
            ("ec2.us-east-1.amazonaws.com", "ec2.amazonaws.com", Maybe),
            ("states.us-gov-west-1.amazonaws.com", "states.amazonaws.com", Yes),
            ("dms.eu-central-1.amazonaws.com", "dms.<region>.amazonaws.com", Yes),
            ("dms.amazonaws.com", "dms.<region>.amazonaws.com", Yes),
            ("rds.amazonaws.com", "monitoring.rds.amazonaws.com", No),
            ("monitoring.rds.amazonaws.com", "rds.amazonaws.com", No),
            ("EC2.amazonaws.com", "ec2.amazonaws.com", No),
            ("*", "ec2.amazonaws.com", No),
            ("ec2.${AWS::URLSuffix}", "ec2.amazonaws.com", Maybe),
            ("alexa-appkit.amazon.com", "alexa-appkit.amazon.com", Yes),
        ];
        for (written, wanted, answer) in cases {
            assert_eq!(same_service(written, wanted), answer, "{written} for {wanted}");
        }
    }

    #[test]
    fn a_part_that_is_not_known_leaves_open_only_what_it_must() {
        use Answer::*;
        let cases = [
            (vec!["ec2.", "?"], "ec2.amazonaws.com", Yes),
            (vec!["ec2.", "?"], "lambda.amazonaws.com", No),
            (vec!["ec2.amazonaws.com", "?"], "ec2.amazonaws.com", Yes),
            (vec!["states.", "?", ".amazonaws.com"], "states.amazonaws.com", Yes),
            (vec!["ec2.", "?", ".amazonaws.com"], "ec2.amazonaws.com", Maybe),
            (vec!["?", ".amazonaws.com"], "ec2.amazonaws.com", Maybe),
            (vec!["e", "?", ".amazonaws.com"], "ec2.amazonaws.com", Maybe),
            (vec!["x", "?", ".amazonaws.com"], "ec2.amazonaws.com", No),
            (vec!["ec2", "?"], "ec2.amazonaws.com", Maybe),
        ];
        for (pieces, wanted, answer) in cases {
            let values = pieces.iter().map(|piece| match *piece {
                "?" => Value::unknown(Reason::Variable("var.x".into())),
                text => Value::text(text),
            });
            assert_eq!(same_service_value(&concatenate(values.collect()), wanted), answer, "{pieces:?} for {wanted}");
        }
    }

    #[test]
    fn a_misspelling_is_told_from_a_new_service() {
        let cases = [
            ("lamda.amazonaws.com", Some("lambda.amazonaws.com")),
            ("ecs-task.amazonaws.com", Some("ecs-tasks.amazonaws.com")),
            ("ecs_tasks.amazonaws.com", Some("ecs-tasks.amazonaws.com")),
            ("ce2.amazonaws.com", Some("ec2.amazonaws.com")),
            ("ec2.amazon.com", Some("ec2.amazonaws.com")),
            ("ec2.aws.com", Some("ec2.amazonaws.com")),
            ("ec2.amazonaws.co", Some("ec2.amazonaws.com")),
            ("ec2", Some("ec2.amazonaws.com")),
            ("EC2.amazonaws.com", Some("ec2.amazonaws.com")),
            ("sagemkaer.amazonaws.com", Some("sagemaker.amazonaws.com")),
            ("ec2.amazonaws.com", None),
            ("tagging.amazonaws.com", None),
            ("xyz.amazonaws.com", None),
            ("brand-new-thing.amazonaws.com", None),
            ("states.eu-west-1.amazonaws.com", None),
            ("accounts.google.com", None),
            ("", None),
        ];
        for (written, meant) in cases {
            assert_eq!(suggest(written).as_deref(), meant, "{written}");
        }
    }

    #[test]
    fn no_known_principal_is_corrected() {
        assert!(KNOWN.len() > 600);
        assert!(
            KNOWN.keys().all(
                |principal| suggest(principal).is_none() && is_host(principal) || principal.ends_with("amazon.com")
            )
        );
        for slot in crate::aws::slots::all() {
            for principal in &slot.principals {
                let plain = principal.replace(".<region>", "");
                assert!(is_known(&plain) || plain.starts_with("federated:"), "{principal}");
            }
        }
    }
}
