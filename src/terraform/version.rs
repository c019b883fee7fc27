//! Version constraints of providers, as far as they say which versions are too old and which too new.
//!
//! The syntax is Terraform's: conditions joined by commas, each an operator (`=`, `!=`, `>`, `>=`, `<`, `<=`, `~>`) and a
//! version. `~>` lets the last number that is written grow.

use crate::graph::{Version, VersionRange};

/// `range` narrowed by constraints, all of which have to hold. What cannot be read narrows nothing.
pub(super) fn narrowed(range: VersionRange, constraints: &[String]) -> VersionRange {
    constraints.iter().flat_map(|constraint| constraint.split(',')).filter_map(condition).fold(range, |range, next| {
        let below = match (range.below, next.below) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        VersionRange { from: range.from.max(next.from), below }
    })
}

fn condition(text: &str) -> Option<VersionRange> {
    let text = text.trim();
    let digits = text.find(|character: char| character.is_ascii_digit())?;
    let (operator, version) = text.split_at(digits);
    // A pre-release is taken for the release it comes before.
    let version = version.trim().split(['-', '+']).next()?;
    let numbers: Vec<u32> = version.split('.').map(|number| number.parse().ok()).collect::<Option<_>>()?;
    let number = |index: usize| numbers.get(index).copied().unwrap_or(0);
    let exact: Version = [number(0), number(1), number(2)];
    let next: Version = [exact[0], exact[1], exact[2].saturating_add(1)];
    let range = |from, below| Some(VersionRange { from, below });
    match operator.trim().trim_end_matches('v') {
        "" | "=" => range(Some(exact), Some(next)),
        ">=" => range(Some(exact), None),
        ">" => range(Some(next), None),
        "<" => range(None, Some(exact)),
        "<=" => range(None, Some(next)),
        "~>" => range(
            Some(exact),
            Some(match numbers.len() {
                1 => return range(Some(exact), None),
                2 => [exact[0].saturating_add(1), 0, 0],
                _ => [exact[0], exact[1].saturating_add(1), 0],
            }),
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_narrow_a_range() {
        let of = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_string()).collect();
            let VersionRange { from, below } = narrowed(VersionRange::default(), &texts);
            (from, below)
        };
        assert_eq!(of(&["~> 4.0"]), (Some([4, 0, 0]), Some([5, 0, 0])));
        assert_eq!(of(&["~> 5.31.0"]), (Some([5, 31, 0]), Some([5, 32, 0])));
        assert_eq!(of(&[">= 3.0, < 6.0", "!= 4.1.0"]), (Some([3, 0, 0]), Some([6, 0, 0])));
        assert_eq!(of(&["5.10.1"]), (Some([5, 10, 1]), Some([5, 10, 2])));
        assert_eq!(of(&[">= 3", "~> 2"]), (Some([3, 0, 0]), None));
        assert_eq!(of(&["> 2.7", "<= 3.0"]), (Some([2, 7, 1]), Some([3, 0, 1])));
        assert_eq!(of(&["latest", "", "~> x"]), (None, None));
    }
}
