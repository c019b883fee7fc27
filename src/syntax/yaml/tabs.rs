//! Tabs inside flow collections. YAML has spaces only where lines are indented, but inside brackets nothing hangs on
//! indentation, and the loader that CloudFormation's tools use takes tabs there: policies are pasted in so.

/// The text with the tabs made spaces that stand outside of quotes in the flow collection around `offset`, so that every
/// other byte stays where it is. `from` is a byte before that collection, outside of any other. `None` if there is no such
/// collection, or there are no tabs in it.
pub(super) fn spaced(text: &str, from: usize, offset: usize) -> Option<String> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at <= offset {
        let start = at + bytes.get(at..)?.iter().position(|byte| matches!(byte, b'{' | b'['))?;
        let tabs = tabs_in_collection(bytes, start);
        if start > offset {
            return None;
        }
        if tabs.end > offset {
            if tabs.places.is_empty() {
                return None;
            }
            let mut copy = bytes.to_vec();
            tabs.places.iter().for_each(|place| copy[*place] = b' ');
            // One ASCII byte for another leaves valid text valid.
            return String::from_utf8(copy).ok();
        }
        at = tabs.end;
    }
    None
}

struct Tabs {
    places: Vec<usize>,
    /// The byte behind the collection.
    end: usize,
}

/// The tabs in the collection that begins at `start`.
fn tabs_in_collection(bytes: &[u8], start: usize) -> Tabs {
    let mut places = Vec::new();
    let mut depth = 0usize;
    let mut at = start;
    let mut before = b' ';
    while let Some(byte) = bytes.get(at).copied() {
        let may_begin = before.is_ascii_whitespace() || matches!(before, b'{' | b'[' | b',' | b':');
        match byte {
            b'\t' => places.push(at),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Tabs { places, end: at + 1 };
                }
            }
            b'"' | b'\'' if may_begin => at = end_of_quotes(bytes, at),
            b'#' if before.is_ascii_whitespace() => {
                at += bytes[at..].iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len() - at);
            }
            _ => {}
        }
        before = byte;
        at += 1;
    }
    Tabs { places, end: bytes.len() }
}

/// The byte of the quote that closes what the quote at `open` opens; the last byte when nothing does.
fn end_of_quotes(bytes: &[u8], open: usize) -> usize {
    let quote = bytes[open];
    let mut at = open + 1;
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b'\\' if quote == b'"' => at += 1,
            b'\'' if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') => at += 1,
            _ if byte == quote => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len().saturating_sub(1)
}
