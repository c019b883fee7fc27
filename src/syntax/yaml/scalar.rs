//! What a scalar is, and where each of its characters stands.

use super::super::document::Text;
use super::super::{Builder, Node};

/// What a plain scalar means in a template. What YAML 1.1 would turn into something else (dates, octal and base-60
/// numbers, numbers with an exponent) stays the text it is.
pub(super) fn plain(text: &str, whole: Text) -> Node {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Node::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Node::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Node::Bool(false),
        _ if is_number(text) => Node::Number(whole),
        _ => Node::String(whole),
    }
}

/// Decimal numbers without a leading zero or an exponent: those that read the same as they are written.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole) && (whole == "0" || !whole.starts_with('0')) && fraction.is_none_or(all_digits)
}

/// The text of a scalar whose characters come from the source bytes that begin at `start`. `value` is what it reads
/// after escapes and folding; `written` are the source characters between the quotes or below the header.
pub(super) fn aligned(builder: &mut Builder, value: &str, written: &str, start: usize) -> Text {
    if written == value {
        return builder.verbatim(start as u32, (start + written.len()) as u32);
    }
    let from = builder.decoded_len();
    let mut left = written.char_indices().peekable();
    let mut value = value.chars().peekable();
    let mut buffer = [0; 4];
    let mut at = start;
    while let Some(character) = value.next() {
        while let Some((offset, next)) = left.next_if(|(_, next)| next.is_whitespace() && *next != character) {
            at = start + offset + next.len_utf8();
        }
        // A backslash at the end of a line joins it to the next one and stands for nothing itself.
        while character != '\\' && left.peek().is_some_and(|(_, next)| *next == '\\') {
            let mut ahead = left.clone();
            ahead.next();
            if !matches!(ahead.next(), Some((_, '\n' | '\r'))) {
                break;
            }
            left.next();
            while left.next_if(|(_, next)| next.is_whitespace()).is_some() {}
        }
        match left.peek().copied() {
            Some((offset, next)) if next == character => {
                at = start + offset;
                left.next();
                // A quote inside single quotes is written twice; a backslash inside double quotes as well.
                if matches!(character, '\'' | '\\') && value.peek() != Some(&character) {
                    left.next_if(|(_, twin)| *twin == character);
                }
            }
            Some((offset, '\\')) => {
                at = start + offset;
                left.next();
                let digits = match left.next() {
                    Some((_, 'x')) => 2,
                    Some((_, 'u')) => 4,
                    Some((_, 'U')) => 8,
                    _ => 0,
                };
                for _ in 0..digits {
                    left.next();
                }
            }
            _ => {}
        }
        builder.decode(character.encode_utf8(&mut buffer), at as u32);
    }
    builder.decoded_since(from)
}
