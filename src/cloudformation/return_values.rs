//! What `Ref` and `Fn::GetAtt` of a resource give, as far as IAM is concerned: the table `rules/data/return_values.tsv`.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        assert_eq!(TABLE.len(), TEXT.lines().count() - 1);
        assert_eq!(of("AWS::IAM::Role").map(|values| values.attributes.len()), Some(2));
    }
}
