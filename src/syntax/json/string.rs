//! Strings: their end, their escapes, and quotes that are not closed.

use super::super::{Node, NodeId, Text, hcl};
use super::reader::{Dialect, Reader};

/// The bytes that a string cannot hold as they are: quote, backslash and control characters.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        special[byte] = true;
        byte += 1;
    }
    special[b'"' as usize] = true;
    special[b'\\' as usize] = true;
    special
};

impl Reader<'_> {
    /// Reads a string whose opening quote is next.
    pub(super) fn string(&mut self) -> NodeId {
        let start = self.at;
        self.at += 1;
        self.skip_plain();
        let text = if self.peek() == Some(b'"') {
            self.at += 1;
            self.builder.verbatim(start as u32 + 1, self.at as u32 - 1)
        } else {
            self.string_with_escapes(start)
        };
        if self.dialect == Dialect::Terraform && has_template(self.builder.text(text)) {
            return hcl::parse_template_text(self.builder, text, start as u32, self.at as u32, &mut self.diagnostics);
        }
        self.push(Node::String(text), start)
    }

    fn skip_plain(&mut self) {
        while self.peek().is_some_and(|byte| !SPECIAL[usize::from(byte)]) {
            self.at += 1;
        }
    }

    /// Goes on from the first escape or control character of the string that opened at `start`.
    fn string_with_escapes(&mut self, start: usize) -> Text {
        let decoded = self.builder.decoded_len();
        let mut run = start + 1;
        // Once the string is known to go on over several lines, line breaks before this byte are not looked at again.
        let mut lines_until = 0;
        let mut control_reported = false;
        loop {
            self.skip_plain();
            match self.peek() {
                Some(b'"') => {
                    self.decode_run(run);
                    self.at += 1;
                    break;
                }
                Some(b'\\') => {
                    self.decode_run(run);
                    self.escape();
                    run = self.at;
                }
                Some(b'\n' | b'\r') if self.at >= lines_until => match self.closing_quote_on_later_line() {
                    Some(quote) => lines_until = quote,
                    None => {
                        self.error(start, self.at, "this string is not closed; put a `\"` at its end");
                        self.decode_run(run);
                        break;
                    }
                },
                Some(byte) => {
                    if !control_reported {
                        control_reported = true;
                        self.error(self.at, self.at + 1, control_message(byte));
                    }
                    self.at += 1;
                }
                None => {
                    self.error(start, self.at, "this string is not closed; put a `\"` at its end");
                    self.decode_run(run);
                    break;
                }
            }
        }
        self.builder.decoded_since(decoded)
    }

    fn decode_run(&mut self, run: usize) {
        let piece = self.text.get(run..self.at).unwrap_or("");
        self.builder.decode(piece, run as u32);
    }

    /// At a line break inside a string: where the string ends if it was meant to go on, and nothing if its quote is
    /// just missing. It goes on if the next quote is followed by what can follow a string.
    fn closing_quote_on_later_line(&self) -> Option<usize> {
        let rest = self.bytes.get(self.at..)?;
        let quote = rest.iter().position(|byte| *byte == b'"')?;
        let behind = rest.get(quote + 1..)?.iter().find(|byte| !byte.is_ascii_whitespace());
        matches!(behind, None | Some(b',' | b']' | b'}' | b':')).then_some(self.at + quote)
    }

    /// Reads the escape whose backslash is next and appends what it stands for.
    fn escape(&mut self) {
        let start = self.at;
        let simple = match self.bytes.get(start + 1) {
            Some(b'"') => "\"",
            Some(b'\\') => "\\",
            Some(b'/') => "/",
            Some(b'b') => "\u{8}",
            Some(b'f') => "\u{c}",
            Some(b'n') => "\n",
            Some(b'r') => "\r",
            Some(b't') => "\t",
            Some(b'u') => return self.unicode_escape(),
            // The backslash stays as text; what is behind it is looked at as any other byte.
            _ => {
                let next = self.text.get(start + 1..).and_then(|rest| rest.chars().next());
                let message = match next {
                    Some(next) if !next.is_control() => {
                        format!("`\\{next}` is not a JSON escape; write `\\\\` for a backslash")
                    }
                    _ => "a backslash must be written `\\\\` here".to_owned(),
                };
                let length = next.filter(|next| !next.is_control()).map_or(0, char::len_utf8);
                self.error(start, start + 1 + length, message);
                self.builder.decode("\\", start as u32);
                self.at += 1;
                return;
            }
        };
        self.builder.decode(simple, start as u32);
        self.at += 2;
    }

    fn unicode_escape(&mut self) {
        let start = self.at;
        let Some(unit) = self.code_unit(start) else {
            self.error(start, start + 2, "four hexadecimal digits must follow `\\u`");
            self.builder.decode("\\u", start as u32);
            self.at += 2;
            return;
        };
        self.at += 6;
        let character = match unit {
            0xd800..0xdc00 => match self.code_unit(self.at) {
                Some(low @ 0xdc00..0xe000) => {
                    self.at += 6;
                    char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00))
                }
                _ => None,
            },
            _ => char::from_u32(unit),
        };
        let mut buffer = [0; 4];
        let character = character.unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut buffer);
        self.builder.decode(character, start as u32);
    }

    /// The number in a `\uXXXX` that stands at `at`.
    fn code_unit(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
    }
}

fn has_template(text: &str) -> bool {
    text.contains("${") || text.contains("%{")
}

fn control_message(byte: u8) -> String {
    match byte {
        b'\n' | b'\r' => "a string cannot go on over several lines; write `\\n` for a line break".into(),
        b'\t' => "a tab in a string must be written `\\t`".into(),
        _ => format!("this control character in a string must be written `\\u{byte:04x}`"),
    }
}
