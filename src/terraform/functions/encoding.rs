//! Texts in other guises: Base64, percent-encoding, other character sets.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

use super::{Context, known, partial, text};
use crate::value::{Reason, TypeHint, Value};

/// Padding is required, and what stands in the last bits behind the data does not matter, as in Go.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

pub(super) fn to_base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let plain: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    BASE64.decode(plain).ok()
}

pub(super) fn base64encode(arguments: &[Value], _: &Context<'_>) -> Value {
    arguments.first().map_or_else(super::signature::wrong_count, |value| text(to_base64(known(value).as_bytes())))
}

pub(super) fn base64decode(arguments: &[Value], _: &Context<'_>) -> Value {
    let [argument] = arguments else { return super::signature::wrong_count() };
    match from_base64(&known(argument)).map(String::from_utf8) {
        Some(Ok(decoded)) => text(decoded),
        Some(Err(_)) => Value::error("the result of decoding the provided string is not valid UTF-8"),
        None => Value::error("failed to decode base64 data"),
    }
}

/// Compressed bytes depend on the compressor; nothing that is analysed here is read from them.
pub(super) fn gzip(arguments: &[Value], _: &Context<'_>) -> Value {
    partial::opaque(arguments, TypeHint::String)
}

pub(super) fn urlencode(arguments: &[Value], _: &Context<'_>) -> Value {
    let [argument] = arguments else { return super::signature::wrong_count() };
    let mut out = String::new();
    for byte in known(argument).bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    super::string::unchanged_or(argument, &out)
}

/// OpenTofu's inverse of `urlencode`.
pub(super) fn urldecode(arguments: &[Value], _: &Context<'_>) -> Value {
    let [argument] = arguments else { return super::signature::wrong_count() };
    let encoded = known(argument);
    let mut out = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        match first {
            b'+' => out.push(b' '),
            b'%' => {
                let digits = behind.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
                match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    Some(byte) => out.push(byte),
                    None => return Value::error("failed to decode URL: invalid URL escape"),
                }
                rest = behind.get(2..).unwrap_or(&[]);
            }
            _ => out.push(*first),
        }
    }
    match String::from_utf8(out) {
        Ok(decoded) => super::string::unchanged_or(argument, &decoded),
        Err(_) => Value::error("the result of decoding the provided string is not valid UTF-8"),
    }
}

/// A character set, by one of its registered names.
enum Charset {
    Utf8,
    Utf16 { big: bool, mark: bool },
    Latin1,
}

impl Charset {
    fn find(name: &str) -> Option<Charset> {
        Some(match name.to_ascii_lowercase().as_str() {
            "utf-8" | "csutf8" => Charset::Utf8,
            "utf-16" | "csutf16" => Charset::Utf16 { big: true, mark: true },
            "utf-16be" | "csutf16be" => Charset::Utf16 { big: true, mark: false },
            "utf-16le" | "csutf16le" => Charset::Utf16 { big: false, mark: false },
            "iso-8859-1" | "iso_8859-1" | "latin1" | "l1" | "ibm819" | "cp819" | "csisolatin1" => Charset::Latin1,
            _ => return None,
        })
    }

    fn encode(&self, text: &str) -> Option<Vec<u8>> {
        match self {
            Charset::Utf8 => Some(text.as_bytes().to_vec()),
            Charset::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect(),
            Charset::Utf16 { big, mark } => {
                let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
                Some(units.flat_map(|unit| if *big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect())
            }
        }
    }

    fn decode(&self, bytes: &[u8]) -> Option<String> {
        match self {
            Charset::Utf8 => String::from_utf8(bytes.to_vec()).ok(),
            Charset::Latin1 => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
            Charset::Utf16 { big, mark } => {
                let (big, bytes) = match (mark, bytes) {
                    (true, [0xff, 0xfe, rest @ ..]) => (false, rest),
                    (true, [0xfe, 0xff, rest @ ..]) => (true, rest),
                    _ => (*big, bytes),
                };
                if bytes.len() % 2 == 1 {
                    return None;
                }
                let units = bytes.chunks(2).filter_map(|pair| match pair {
                    [a, b] if big => Some(u16::from_be_bytes([*a, *b])),
                    [a, b] => Some(u16::from_le_bytes([*a, *b])),
                    _ => None,
                });
                String::from_utf16(&units.collect::<Vec<_>>()).ok()
            }
        }
    }
}

/// The registry has hundreds of names; what is not among those read here is left unknown, not called wrong.
fn other_charset(name: &str) -> Value {
    Value::unknown(Reason::Failed(format!("the character set {name} is not read").into()))
}

pub(super) fn textencodebase64(arguments: &[Value], _: &Context<'_>) -> Value {
    let [argument, name] = arguments else { return super::signature::wrong_count() };
    let Some(charset) = Charset::find(&known(name)) else { return other_charset(&known(name)) };
    match charset.encode(&known(argument)) {
        Some(bytes) => text(to_base64(&bytes)),
        None => {
            Value::error(format!("the given string contains characters that cannot be represented in {}", known(name)))
        }
    }
}

pub(super) fn textdecodebase64(arguments: &[Value], _: &Context<'_>) -> Value {
    let [argument, name] = arguments else { return super::signature::wrong_count() };
    let Some(charset) = Charset::find(&known(name)) else { return other_charset(&known(name)) };
    let Some(bytes) = from_base64(&known(argument)) else {
        return Value::error("the given value has an invalid base64 symbol");
    };
    match charset.decode(&bytes) {
        Some(decoded) => text(decoded),
        None => Value::error(format!("the given string contains symbols that are not defined for {}", known(name))),
    }
}
