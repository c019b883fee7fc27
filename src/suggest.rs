//! "Did you mean": the known name nearest to a mistyped one.

/// How alike two names must be, from 0 to 1, before one is offered for the other.
const ALIKE: f64 = 0.75;

/// The candidate most like `word`, if any is alike enough to be meant. Of equals, the first.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let letters = letters(&word);
    let mut names: Vec<(f64, usize, String, &str)> = Vec::new();
    for (position, candidate) in candidates.into_iter().enumerate() {
        let name = candidate.to_lowercase();
        let most = most_alike(&word, &letters, &name) + ROUNDING;
        if most >= ALIKE {
            names.push((most, position, name, candidate));
        }
    }
    // The likeliest first, so that the rest need not be looked at.
    names.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let mut best: Option<(f64, usize, &str)> = None;
    for (most, position, name, candidate) in names {
        if best.is_some_and(|(highest, ..)| most < highest) {
            break;
        }
        let score = strsim::jaro_winkler(&word, &name);
        let better = |(highest, first, _)| score > highest || (score == highest && position < first);
        if score >= ALIKE && best.is_none_or(better) {
            best = Some((score, position, candidate));
        }
    }
    best.map(|(.., candidate)| candidate)
}

/// More than what rounding may take off a score.
const ROUNDING: f64 = 1e-6;

/// How often each letter is in a word: characters outside ASCII together in the last place.
fn letters(word: &str) -> [u32; 129] {
    let mut counts = [0; 129];
    for c in word.chars() {
        counts[(c as usize).min(128)] += 1;
    }
    counts
}

/// No less than how alike two words are, by their letters only: working out the score itself takes a hundred times as
/// long, and most of the names of a large module share little with a mistyped one.
fn most_alike(word: &str, in_word: &[u32; 129], name: &str) -> f64 {
    let in_name = letters(name);
    let count = |counts: &[u32; 129]| f64::from(counts.iter().sum::<u32>());
    let (word_length, name_length) = (count(in_word), count(&in_name));
    let shared: u32 = in_word.iter().zip(&in_name).map(|(one, other)| one.min(other)).sum();
    if word_length == 0.0 || name_length == 0.0 {
        return 1.0;
    }
    let shared = f64::from(shared);
    let jaro = (shared / word_length + shared / name_length + 1.0) / 3.0;
    let beginning = word.chars().zip(name.chars()).take(4).take_while(|(one, other)| one == other).count();
    jaro + 0.1 * beginning as f64 * (1.0 - jaro)
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
