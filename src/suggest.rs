//! "Did you mean": the known name nearest to a mistyped one.

/// How alike two names must be, from 0 to 1, before one is offered for the other.
const ALIKE: f64 = 0.75;

/// The candidate most like `word`, if any is alike enough to be meant. Of equals, the first in byte order, so that the
/// answer does not hang on the order in which names were stored.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let score = strsim::jaro_winkler(&word, &candidate.to_lowercase());
        let better = |(highest, name)| score > highest || (score == highest && candidate < name);
        if score >= ALIKE && best.is_none_or(better) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// `; did you mean …` for the nearest candidate, or nothing, to put behind a message about an unknown name.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_hand_is_recognised_and_another_word_is_not() {
        let known = ["select", "severity", "ignore"];
        assert_eq!(nearest("selct", known), Some("select"));
        assert_eq!(nearest("Severty", known), Some("severity"));
        assert_eq!(nearest("xyz", known), None);
        // Another name with more letters in common does not hide the nearer one.
        assert_eq!(nearest("ignroe", ["regnio", "ignore"]), Some("ignore"));
        assert_eq!(did_you_mean("ignor", known), "; did you mean `ignore`?");
        assert_eq!(did_you_mean("qqq", known), "");
    }
}
