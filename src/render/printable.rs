//! Text of others on a terminal: nothing in it may act on it.

use std::borrow::Cow;

/// `text` with every character that would move the cursor, change colours or turn the direction of writing replaced by
/// one that is as long in bytes, so that spans stay true. Tabs and line ends (`\n`, and `\r` before it) stay.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let line_end = character == '\r' && characters.peek() == Some(&'\n');
        out.push(match character.len_utf8() {
            _ if line_end || !is_harmful(character) => character,
            1 => '?',
            2 => '¿',
            _ => '\u{fffd}',
        });
    }
    Cow::Owned(out)
}

fn is_harmful(character: char) -> bool {
    match character {
        '\t' | '\n' => false,
        // Marks and overrides of direction can make a line look like another one, also on a page of source.
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => true,
        _ => character.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_replaced_at_the_same_length() {
        let text = "a\u{1b}[31mb\u{9b}c\u{202e}d\re\r\n\tf";
        let shown = printable(text);
        assert_eq!(shown, "a?[31mb¿c\u{fffd}d?e\r\n\tf");
        assert_eq!(shown.len(), text.len());
        assert!(matches!(printable("é\t\u{1F600}\n"), Cow::Borrowed(_)));
    }
}
