//! Hashes of known texts, and functions whose result nobody can tell before.

use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::encoding::to_base64;
use super::{Context, known};
use crate::value::{Reason, TypeHint, Unknown, Value};

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash that a function's name ends with, as the function writes it; `None` if it names none.
pub(super) fn named(function: &str, bytes: &[u8]) -> Option<String> {
    let base64 = function.contains("base64");
    let write = |digest: &[u8]| if base64 { to_base64(digest) } else { hex(digest) };
    Some(if function.ends_with("md5") {
        write(&Md5::digest(bytes))
    } else if function.ends_with("sha1") {
        write(&Sha1::digest(bytes))
    } else if function.ends_with("sha256") {
        write(&Sha256::digest(bytes))
    } else if function.ends_with("sha512") {
        write(&Sha512::digest(bytes))
    } else {
        return None;
    })
}

fn hashed(name: &str, arguments: &[Value]) -> Value {
    let bytes = arguments.first().map(known);
    match bytes.and_then(|text| named(name, text.as_bytes())) {
        Some(hash) => Value::text(hash),
        None => super::signature::wrong_count(),
    }
}

pub(super) fn md5(arguments: &[Value], _: &Context<'_>) -> Value {
    hashed("md5", arguments)
}

pub(super) fn sha1(arguments: &[Value], _: &Context<'_>) -> Value {
    hashed("sha1", arguments)
}

pub(super) fn sha256(arguments: &[Value], _: &Context<'_>) -> Value {
    hashed("sha256", arguments)
}

pub(super) fn sha512(arguments: &[Value], _: &Context<'_>) -> Value {
    hashed("sha512", arguments)
}

pub(super) fn base64sha256(arguments: &[Value], _: &Context<'_>) -> Value {
    hashed("base64sha256", arguments)
}

pub(super) fn base64sha512(arguments: &[Value], _: &Context<'_>) -> Value {
    hashed("base64sha512", arguments)
}

pub(super) fn uuidv5(arguments: &[Value], _: &Context<'_>) -> Value {
    let [namespace, name] = arguments else { return super::signature::wrong_count() };
    let namespace = match &*known(namespace) {
        "dns" => "6ba7b810-9dad-11d1-80b4-00c04fd430c8".to_owned(),
        "url" => "6ba7b811-9dad-11d1-80b4-00c04fd430c8".to_owned(),
        "oid" => "6ba7b812-9dad-11d1-80b4-00c04fd430c8".to_owned(),
        "x500" => "6ba7b814-9dad-11d1-80b4-00c04fd430c8".to_owned(),
        other => other.to_owned(),
    };
    let digits: String = namespace.trim_start_matches("urn:uuid:").chars().filter(|c| !"-{}".contains(*c)).collect();
    let bytes: Option<Vec<u8>> = (0..digits.len())
        .step_by(2)
        .map(|at| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect();
    let Some(mut bytes) = bytes.filter(|bytes| bytes.len() == 16) else {
        return Value::error(format!("uuidv5() doesn't support namespace {namespace}"));
    };
    bytes.extend_from_slice(known(name).as_bytes());
    let mut made: Vec<u8> = Sha1::digest(&bytes).iter().copied().take(16).collect();
    if let [_, _, _, _, _, _, version, _, variant, ..] = &mut made[..] {
        *version = *version & 0x0f | 0x50;
        *variant = *variant & 0x3f | 0x80;
    }
    let digits = hex(&made);
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or("");
    Value::text(format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)))
}

fn impure(name: &str) -> Value {
    let unknown = Unknown { hint: TypeHint::String, not_null: true, ..Unknown::new(Reason::Impure(name.into())) };
    crate::value::Shape::Unknown(unknown.into()).into()
}

pub(super) fn uuid(_: &[Value], _: &Context<'_>) -> Value {
    impure("uuid")
}

pub(super) fn timestamp(_: &[Value], _: &Context<'_>) -> Value {
    impure("timestamp")
}

pub(super) fn plantimestamp(_: &[Value], _: &Context<'_>) -> Value {
    impure("plantimestamp")
}

pub(super) fn bcrypt(_: &[Value], _: &Context<'_>) -> Value {
    impure("bcrypt")
}

/// Nothing is decrypted: the text would be a secret, and no identity is kept in one.
pub(super) fn rsadecrypt(_: &[Value], _: &Context<'_>) -> Value {
    let reason = Reason::Failed("nothing is decrypted here".into());
    let unknown = Unknown { hint: TypeHint::String, not_null: true, ..Unknown::new(reason) };
    let mut value = Value::from(crate::value::Shape::Unknown(unknown.into()));
    value.marks.sensitive = true;
    value
}
