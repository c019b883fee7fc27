//! Access keys of AWS in text: what they look like, and what only looks like one.
//!
//! An access key id is `AKIA` (of a user) or `ASIA` (of a session) and sixteen characters of base 32; from the IAM
//! documentation on unique identifiers. A secret key is forty characters of base 64, which alone say little, so it is
//! taken for one only under a name that says so.

use std::ops::Range;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use regex::Regex;

/// What a text holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Key {
    /// An access key id.
    Id,
    /// A secret access key.
    Secret,
}

/// Every pattern is a literal of this file; one that did not compile would find nothing, which the tests below tell.
fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

static ID: LazyLock<Option<Regex>> = LazyLock::new(|| regex(r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"));

/// A secret behind its name: in a shell script, a properties file, JSON or YAML, or as the value beside the name of an
/// environment variable.
static SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r#"(?i)(?:aws_?secret_?(?:access_?)?key|secret_?access_?key)["']?(?:\s*(?:=>|[:=])\s*|\s+|\s*,\s*["']?value["']?\s*[:=]\s*)["']?(?P<key>[A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$)"#,
    )
});

static SECRET_NAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| regex(r"(?i)^(?:.*[_-])?(?:aws[_-]?secret[_-]?(?:access[_-]?)?key|secret[_-]?access[_-]?key)$"));

/// The user name for the mail server of SES is an access key id, too.
static ID_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(r"(?i)^(?:.*[_-])?(?:(?:aws[_-]?)?access[_-]?key[_-]?id|(?:(?:smtp|mail|ses)[_-]?)?user(?:[_-]?name)?)$")
});

/// The keys in a text, by their bytes, in their order.
pub fn find(text: &str) -> Vec<(Key, Range<usize>)> {
    let mut found: Vec<(Key, Range<usize>)> = Vec::new();
    if (text.contains("AKIA") || text.contains("ASIA"))
        && let Some(pattern) = &*ID
    {
        let ids = pattern.find_iter(text).filter(|id| is_real_id(id.as_str()));
        found.extend(ids.map(|id| (Key::Id, id.range())));
    }
    if let Some(pattern) = &*SECRET {
        let keys = pattern.captures_iter(text).filter_map(|captures| captures.name("key"));
        found.extend(keys.filter(|key| is_secret(key.as_str())).map(|key| (Key::Secret, key.range())));
    }
    found.sort_by_key(|(_, range)| range.start);
    found
}

/// Whether there is a key in text that was encoded with base 64, as user data may be.
pub fn find_encoded(text: &str) -> Vec<Key> {
    let compact: String = text.split_ascii_whitespace().collect();
    if compact.len() < 40 || !compact.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)) {
        return Vec::new();
    }
    let decoded = STANDARD.decode(&compact).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.map(|decoded| find(&decoded).into_iter().map(|(key, _)| key).collect()).unwrap_or_default()
}

/// Whether a name is one for a secret access key: `aws_secret_access_key`, `SecretAccessKey`, `AWS_SECRET_KEY`.
pub fn names_secret(name: &str) -> bool {
    SECRET_NAME.as_ref().is_some_and(|pattern| pattern.is_match(name))
}

/// Whether a name is one for an access key id: `aws_access_key_id`, `AccessKeyId`, `smtp_username`.
pub fn names_id(name: &str) -> bool {
    ID_NAME.as_ref().is_some_and(|pattern| pattern.is_match(name))
}

/// The keys of AWS's own documentation all say so, and belong to nobody; others have been made after them.
fn is_example(text: &str) -> bool {
    text.to_ascii_uppercase().contains("EXAMPLE")
}

/// Whether an id can be one that was given out: random characters, not a word or a row of the same ones.
fn is_real_id(id: &str) -> bool {
    let random = id.get(4..).unwrap_or("");
    !is_example(id) && distinct(random) >= 6 && random.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a text, under a name for one, can be a secret access key: random characters of all kinds.
pub fn is_secret(text: &str) -> bool {
    let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    text.len() == 40
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/+".contains(&byte))
        && !is_example(text)
        && distinct(text) >= 12
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
}

fn distinct(text: &str) -> usize {
    let mut bytes: Vec<u8> = text.bytes().collect();
    bytes.sort_unstable();
    bytes.dedup();
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made up for this test; put together so that no scanner takes them for keys of ours.
    fn id() -> String {
        ["AKIA", "Q3EGUZ7KXNV2", "MD5R"].concat()
    }

    fn secret() -> String {
        ["u8Vq2mZr7NfTx0LbYc4W", "pJ/eGk+3sHdAo9iX6RtQ"].concat()
    }

    fn keys(text: &str) -> Vec<Key> {
        find(text).into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn ids_are_found_as_words() {
        let text = format!("export AWS_ACCESS_KEY_ID={}\n", id());
        assert_eq!(find(&text), [(Key::Id, 25..45)]);
        for text in [format!("x{}", id()), format!("{}A", id()), id().to_lowercase()] {
            assert!(find(&text).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_an_id_is_none() {
        for text in [
            "AKIAIOSFODNN7EXAMPLE",
            "AKIAXXXXXXXXXXXXXXXX",
            "AKIA1234567890ABCDEF",
            "ASIAPACIFICSOUTHEAST",
            "AKIA222222222222222A",
        ] {
            assert!(find(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_secret_needs_its_name() {
        let secret = secret();
        for text in [
            format!("AWS_SECRET_ACCESS_KEY={secret}"),
            format!("aws_secret_access_key = \"{secret}\""),
            format!("aws configure set aws_secret_access_key {secret}"),
            format!("{{\"name\": \"AWS_SECRET_ACCESS_KEY\", \"value\": \"{secret}\"}}"),
            format!("SecretAccessKey: '{secret}'"),
        ] {
            assert_eq!(keys(&text), [Key::Secret], "{text}");
        }
        for text in [
            secret.clone(),
            format!("AWS_SECRET_ACCESS_KEY={secret}A"),
            format!("commit = {secret}"),
            "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_string(),
            format!("AWS_SECRET_ACCESS_KEY={}", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            format!("AWS_SECRET_ACCESS_KEY={}", "xX0x".repeat(10)),
        ] {
            assert!(keys(&text).is_empty(), "{text}");
        }
    }

    #[test]
    fn names_of_secrets_are_known() {
        for name in
            ["aws_secret_access_key", "AWS_SECRET_ACCESS_KEY", "SecretAccessKey", "AwsSecretKey", "prod-aws-secret-key"]
        {
            assert!(names_secret(name), "{name}");
        }
        for name in
            ["secret_key", "aws_access_key_id", "aws_secret_access_key_arn", "secret", "SecretAccessKeyParameter"]
        {
            assert!(!names_secret(name), "{name}");
        }
    }

    #[test]
    fn names_of_ids_are_known() {
        for name in [
            "aws_access_key_id",
            "AWS_ACCESS_KEY_ID",
            "AccessKeyId",
            "source-access-key-id",
            "SMTP_USERNAME",
            "lab_mail_username",
            "SmtpUser",
        ] {
            assert!(names_id(name), "{name}");
        }
        for name in ["access_key", "end_user_key", "AWS_SECRET_ACCESS_KEY", "aws_access_key_id_parameter", "key_id"] {
            assert!(!names_id(name), "{name}");
        }
    }

    #[test]
    fn encoded_text_is_looked_into() {
        let text = STANDARD.encode(format!("#!/bin/sh\nexport AWS_ACCESS_KEY_ID={}\n", id()));
        assert_eq!(find_encoded(&text), [Key::Id]);
        assert!(find_encoded(&format!("not {text}!")).is_empty());
        assert!(find_encoded("aGVsbG8=").is_empty());
    }
}
