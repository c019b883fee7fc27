//! The fingerprint by which GitHub tells alerts apart: a hash over the 100 characters from the beginning of a line.

use std::collections::HashMap;

/// UTF-16 units that one hash reads.
const WINDOW: usize = 100;

/// The base of the polynomial.
const BASE: u64 = 37;

/// The hash of each line, as `<hexadecimal>:<how often it has occurred so far>`, as GitHub's upload action computes it
/// where it is missing; another value makes it warn. Spaces and tabs do not count, every kind of line end is the same.
pub(super) fn line_hashes(text: &str) -> Vec<String> {
    let mut units = Vec::with_capacity(text.len() + 1);
    let mut after_return = false;
    for unit in text.encode_utf16() {
        let skipped = unit == 32 || unit == 9 || after_return && unit == 10;
        after_return = unit == 13;
        if !skipped {
            units.push(if unit == 13 { 10 } else { unit });
        }
    }
    units.push(u16::MAX);
    // What is behind the end counts as zeros.
    let unit = |at: usize| units.get(at).map_or(0, |unit| u64::from(*unit));
    let first = (0..WINDOW).fold(0u64, |hash, at| hash.wrapping_mul(BASE).wrapping_add(unit(at)));
    let highest = (1..WINDOW).fold(1u64, |power, _| power.wrapping_mul(BASE));
    let mut seen: HashMap<u64, u32> = HashMap::new();
    let mut hashes = Vec::new();
    let mut hash = first;
    for at in 0..units.len() {
        if at == 0 || units[at - 1] == 10 {
            let times = seen.entry(hash).and_modify(|times| *times += 1).or_insert(1);
            hashes.push(format!("{hash:x}:{times}"));
        }
        // The window moves on by one unit.
        hash = hash.wrapping_sub(unit(at).wrapping_mul(highest)).wrapping_mul(BASE).wrapping_add(unit(at + WINDOW));
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from the upload action's own code.
    #[test]
    fn hashes_are_those_of_the_upload_action() {
        assert_eq!(line_hashes(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            line_hashes("\tx\ny = 1\r\n\n  z"),
            ["b017f60195718f32:1", "6040760bb0a84020:1", "483058b3d6ce6067:1", "76dcabf80cb35c79:1"]
        );
        assert_eq!(
            line_hashes("\u{feff}# \u{1f600}\r \nz"),
            ["2ae9125dbf29daac:1", "483058b3d6ce6067:1", "76dcabf80cb35c79:1"]
        );
        let repeated = line_hashes(&"role = app\n".repeat(15));
        assert_eq!(
            repeated[..6],
            [
                "6d18c8684fd05d8c:1",
                "6d18c8684fd05d8c:2",
                "6d18c8684fd05d8c:3",
                "6d18c8684fd05d8c:4",
                "6d18c8684fd15d19:1",
                "e31556a2a287b1df:1"
            ]
        );
        assert_eq!(repeated[13], "23900766a63ef:1");
        assert_eq!(repeated.last().map(String::as_str), Some("c129715d7a2bc9a3:1"));
    }
}
