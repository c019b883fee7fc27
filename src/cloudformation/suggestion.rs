//! Which declared name was meant by one that is not declared.

/// The name nearest to `wanted` among `names`: equal but for case, or at most two edits away (one for names of up to four
/// characters). The first in byte order when several are as near.
pub(super) fn nearest<'n>(wanted: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let limit = if wanted.chars().count() <= 4 { 1 } else { 2 };
    let mut best: Option<(usize, &str)> = None;
    for name in names {
        let distance = if name.eq_ignore_ascii_case(wanted) { 0 } else { edits(wanted, name, limit) };
        if distance <= limit && best.is_none_or(|best| (distance, name) < best) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// How many characters must be added, removed or replaced to make one text the other; more than `limit` when that is
/// plain from the lengths.
fn edits(a: &str, b: &str, limit: usize) -> usize {
    // A logical id has at most 255 characters; longer text is no slip of the hand.
    if a.len().abs_diff(b.len()) > 4 * limit || a.len().max(b.len()) > 255 {
        return limit + 1;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (index, left) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (column, right) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(left != *right);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or(limit + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["InstanceRole", "InstanceProfile", "AWS::Region", "Env"];
        let near = |wanted| nearest(wanted, names.into_iter());
        assert_eq!(near("InstnceRole"), Some("InstanceRole"));
        assert_eq!(near("instanceprofile"), Some("InstanceProfile"));
        assert_eq!(near("AWS:Region"), Some("AWS::Region"));
        assert_eq!(near("Role"), None);
        assert_eq!(near("Evn"), None);
        assert_eq!(near("Enx"), Some("Env"));
    }
}
