//! Quoted scalars that go on over lines with too little indentation. YAML forbids them inside block collections, but the
//! loaders that CloudFormation and its tools use read them, and templates have whole policies written so.

use granit_parser::{ErrorKind, Event, Parser};

/// Whether an error is about the indentation of a quoted scalar's later lines.
pub(super) fn is_meant(error: &ErrorKind) -> bool {
    matches!(error, ErrorKind::InvalidQuotedScalarIndent | ErrorKind::TabInIndentation)
}

/// The text with the line breaks made spaces inside the quoted scalar that `offset`, a byte of one of its later lines,
/// stands in, so that every other byte stays where it is. `None` if there is no such scalar, or its end is not found.
pub(super) fn joined(text: &str, offset: usize) -> Option<String> {
    let line_start = text.get(..offset)?.rfind(['\n', '\r'])?;
    // Cut off before that line, the scalar is not closed, and that error names the quote that opens it.
    let error = Parser::new_from_str(text[..line_start].trim_end()).find_map(Result::err)?;
    let open = error.marker().byte_offset()?;
    if !matches!(error.kind(), ErrorKind::UnclosedQuotedScalar) {
        return None;
    }
    let end = open + 1 + closing_quote(text.get(open..)?.as_bytes())?;
    let scalar = text.get(open..end)?;
    if scalar.split(['\n', '\r']).any(|line| line.starts_with("---") || line.starts_with("...")) {
        return None;
    }
    let mut copy = String::with_capacity(text.len());
    copy.push_str(&text[..open]);
    copy.extend(scalar.chars().map(|character| if matches!(character, '\n' | '\r') { ' ' } else { character }));
    copy.push_str(&text[end..]);
    Some(copy)
}

/// Where the quote that `bytes` begin with is closed.
fn closing_quote(bytes: &[u8]) -> Option<usize> {
    let quote = *bytes.first()?;
    let mut at = 1;
    loop {
        match *bytes.get(at)? {
            b'\\' if quote == b'"' => at += 2,
            b'\'' if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') => at += 2,
            byte if byte == quote => return Some(at),
            _ => at += 1,
        }
    }
}

/// What a quoted scalar reads whose characters between the quotes are `written`, and were read as `readable`, where its
/// line breaks had been made spaces. `None` if nothing or something else had been changed.
pub(super) fn value(written: &str, readable: &str, double: bool) -> Option<String> {
    let same = |(was, is): (u8, u8)| was == is || (matches!(was, b'\n' | b'\r') && is == b' ');
    if written == readable || written.len() != readable.len() || !written.bytes().zip(readable.bytes()).all(same) {
        return None;
    }
    let folded = fold(written, double);
    if !double {
        return Some(folded.replace("''", "'"));
    }
    let quoted = format!("\"{folded}\"");
    Parser::new_from_str(&quoted).find_map(|event| match event {
        Ok((Event::Scalar(value, ..), _)) => Some(value.into_owned()),
        _ => None,
    })
}

/// One line break reads as a space, each further one as itself, and blanks around them go. In double quotes a backslash
/// before a line break takes it away.
fn fold(written: &str, double: bool) -> String {
    let written = written.replace("\r\n", "\n").replace('\r', "\n");
    let blanks = [' ', '\t'];
    let escaped = |line: &str| double && (line.len() - line.trim_end_matches('\\').len()) % 2 == 1;
    let mut lines = written.split('\n').peekable();
    let mut folded = String::with_capacity(written.len());
    let mut breaks = 0;
    let mut first = true;
    while let Some(line) = lines.next() {
        let is_last = lines.peek().is_none();
        let line = if first { line } else { line.trim_start_matches(blanks) };
        let line = match line {
            line if is_last || escaped(line) => line,
            line => line.trim_end_matches(blanks),
        };
        if !first {
            breaks += 1;
            if line.is_empty() && !is_last {
                continue;
            }
            let kept = breaks - 1;
            if escaped(&folded) {
                folded.pop();
            } else if kept == 0 {
                folded.push(' ');
            }
            folded.push_str(&if double { "\\n" } else { "\n" }.repeat(kept));
            breaks = 0;
        }
        folded.push_str(line);
        first = false;
    }
    folded
}
