//! What `Ref` and `Fn::GetAtt` of a resource give, as far as IAM is concerned: the table `rules/data/return_values.tsv`; and
//! which attributes other types have: the table `rules/data/attributes.tsv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::value::SymbolKind;

const TEXT: &str = include_str!("../../rules/data/return_values.tsv");

/// What references to the resources of one type give.
pub(super) struct ReturnValues {
    /// What `Ref` gives.
    pub reference: SymbolKind,
    /// All attributes that `Fn::GetAtt` takes, with what each gives.
    pub attributes: Vec<(&'static str, SymbolKind)>,
}

static TABLE: LazyLock<HashMap<&'static str, ReturnValues>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        let mut cells = line.split('\t');
        let kind = cells.next()?;
        let reference = meaning(cells.next()?)?;
        let attributes = cells.next()?.split(',').filter(|cell| !cell.is_empty());
        let attributes =
            attributes.map(|cell| cell.split_once('=').and_then(|(name, word)| Some((name, meaning(word)?))));
        Some((kind, ReturnValues { reference, attributes: attributes.collect::<Option<_>>()? }))
    };
    TEXT.lines().skip(1).filter_map(row).collect()
});

/// What can be read of the resources of a type that is none of IAM's, each as its first name (`Endpoint` for
/// `Endpoint.Address`).
struct Attributes {
    /// What can be read.
    readable: &'static str,
    /// The properties that cannot.
    not_readable: &'static str,
}

static ATTRIBUTES: LazyLock<HashMap<&'static str, Attributes>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        let (kind, rest) = line.split_once('\t')?;
        let (readable, not_readable) = rest.split_once('\t')?;
        Some((kind, Attributes { readable, not_readable }))
    };
    include_str!("../../rules/data/attributes.tsv").lines().skip(1).filter_map(row).collect()
});

/// Most names that a message lists.
const LISTED: usize = 8;

fn meaning(word: &str) -> Option<SymbolKind> {
    match word {
        "name" => Some(SymbolKind::Name),
        "arn" => Some(SymbolKind::Arn),
        "id" => Some(SymbolKind::UniqueId),
        "other" => Some(SymbolKind::Other),
        _ => None,
    }
}

/// What references to a resource of a type give; `None` for a type that is not in the table, of which nothing but its
/// ARN is of concern.
pub(super) fn of(kind: &str) -> Option<&'static ReturnValues> {
    TABLE.get(kind)
}

/// What an attribute of a resource is to IAM; the empty one is what `Ref` gives.
pub(super) fn symbol_kind(kind: &str, attribute: &str) -> SymbolKind {
    match of(kind) {
        Some(values) if attribute.is_empty() => values.reference,
        Some(values) => {
            values.attributes.iter().find(|(name, _)| *name == attribute).map_or(SymbolKind::Other, |(_, kind)| *kind)
        }
        None if attribute == "Arn" => SymbolKind::Arn,
        None => SymbolKind::Other,
    }
}

/// What is to be said of `Fn::GetAtt` of an attribute that resources of this type do not have; `None` where they have it,
/// or may have it for all that is known.
///
/// The types of IAM are known in full. Other types gain attributes as time goes by, so of those only what is written in
/// other letters than an attribute, and a property that cannot be read, is certain.
pub(super) fn missing_attribute(kind: &str, attribute: &str) -> Option<String> {
    let list = |names: &[&str]| match names {
        [] => "none".to_owned(),
        [names @ .., last] if !names.is_empty() && names.len() < LISTED => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("{} and `{last}`", names.join(", "))
        }
        [first] => format!("`{first}`"),
        many => format!("{} others", many.len()),
    };
    if let Some(values) = of(kind) {
        let names: Vec<&str> = values.attributes.iter().map(|(name, _)| *name).collect();
        if names.contains(&attribute) {
            return None;
        }
        let given = match values.reference {
            SymbolKind::Name => ", and `Ref` gives the name",
            SymbolKind::Arn => ", and `Ref` gives the ARN",
            _ => "",
        };
        return Some(format!("{kind} has no attribute `{attribute}`; it has {}{given}", list(&names)));
    }
    let attributes = ATTRIBUTES.get(kind)?;
    let names = |text: &'static str| text.split(',').filter(|name| !name.is_empty()).collect::<Vec<_>>();
    let (first, readable) = (attribute.split('.').next()?, names(attributes.readable));
    if readable.contains(&first) {
        return None;
    }
    let has = list(&readable);
    if let Some(meant) = readable.iter().find(|name| name.eq_ignore_ascii_case(first)) {
        return Some(format!("{kind} has no attribute `{attribute}`; `{meant}` is written so"));
    }
    names(attributes.not_readable).contains(&first).then(|| {
        format!("`{first}` of {kind} is a property that cannot be read with `Fn::GetAtt`; its attributes: {has}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        assert_eq!(TABLE.len(), TEXT.lines().count() - 1);
        assert_eq!(of("AWS::IAM::Role").map(|values| values.attributes.len()), Some(2));
        let text = include_str!("../../rules/data/attributes.tsv");
        assert_eq!(ATTRIBUTES.len(), text.lines().count() - 1);
        assert!(ATTRIBUTES.keys().all(|kind| of(kind).is_none()));
    }

    #[test]
    fn only_what_is_certain_is_missing() {
        let missing = |kind, attribute| missing_attribute(kind, attribute).unwrap_or_default();
        assert_eq!(
            missing("AWS::IAM::Role", "Name"),
            "AWS::IAM::Role has no attribute `Name`; it has `Arn` and `RoleId`, and `Ref` gives the name"
        );
        assert_eq!(missing("AWS::IAM::RolePolicy", "Arn"), "AWS::IAM::RolePolicy has no attribute `Arn`; it has none");
        assert_eq!(
            missing("AWS::Lambda::Function", "ARN"),
            "AWS::Lambda::Function has no attribute `ARN`; `Arn` is written so"
        );
        assert_eq!(
            missing("AWS::Lambda::Function", "Role"),
            "`Role` of AWS::Lambda::Function is a property that cannot be read with `Fn::GetAtt`; its attributes: `Arn` \
             and `SnapStartResponse`"
        );
        for (kind, attribute) in [
            ("AWS::Lambda::Function", "Arn"),
            // A name that is not known may be an attribute that is new.
            ("AWS::Lambda::Function", "Region"),
            ("AWS::EKS::Nodegroup", "NodeRole"),
            ("AWS::EKS::Cluster", "CertificateAuthorityData"),
            ("AWS::Some::Thing", "Name"),
        ] {
            assert_eq!(missing(kind, attribute), "", "{kind}.{attribute}");
        }
    }
}
