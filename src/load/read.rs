//! Reading one file as text, with limits.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use crate::syntax::MAX_TEXT_BYTES;

/// Most bytes of a Terraform file, a variable file or a file that evaluation asked for.
pub const MAX_BYTES: usize = MAX_TEXT_BYTES;

/// Most bytes of a file that may be a template. CloudFormation takes 1 MB; what packaging tools write may be more.
pub const MAX_TEMPLATE_BYTES: usize = 16 << 20;

/// A text, and what is wrong with it if something is.
#[derive(Debug)]
pub struct Text {
    /// The text.
    pub text: Arc<str>,
    /// What to say about it, to be put behind its name.
    pub flaw: Option<String>,
}

/// Why a file was not read.
#[derive(Debug)]
pub enum Failure {
    /// The system says no.
    Io(io::Error),
    /// It is a directory, a pipe, a device.
    NotAFile,
    /// It has more bytes than this.
    TooLarge(usize),
    /// It is UTF-16.
    Utf16,
    /// It is encrypted with git-crypt, and the repository is locked.
    Encrypted,
}

/// How a file begins that git-crypt has encrypted.
const GIT_CRYPT: &[u8] = b"\0GITCRYPT\0";

impl Failure {
    /// Whether there simply is no such file.
    pub fn is_absence(&self) -> bool {
        match self {
            Failure::Io(error) => matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory),
            Failure::NotAFile => true,
            Failure::TooLarge(_) | Failure::Utf16 | Failure::Encrypted => false,
        }
    }

    /// The failure as a sentence about the file called `name`.
    pub fn say(&self, name: &str) -> String {
        match self {
            Failure::Io(error) => format!("cannot read {name}: {}", reason(error)),
            Failure::NotAFile => format!("{name} is not a file and was not read"),
            Failure::TooLarge(limit) => {
                let (size, unit) = if *limit < 1 << 20 { (limit >> 10, "KiB") } else { (limit >> 20, "MiB") };
                format!("{name} has more than {size} {unit} and was not read")
            }
            Failure::Utf16 => format!("{name} is UTF-16 and was not read; save it as UTF-8"),
            Failure::Encrypted => format!("{name} is encrypted with git-crypt and was not read"),
        }
    }
}

/// What the system says, without the number behind it.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}

/// Reads a file of at most `limit` bytes. Bytes that are not UTF-8 are replaced, so that the rest is still analysed, and
/// the flaw says so.
pub fn read(path: &Path, limit: usize) -> Result<Text, Failure> {
    // Asked before opening, for opening a pipe waits for its other end.
    let metadata = std::fs::metadata(path).map_err(Failure::Io)?;
    if !metadata.is_file() {
        return Err(Failure::NotAFile);
    }
    let file = File::open(path).map_err(Failure::Io)?;
    text(file, limit)
}

/// Reads a stream to its end as [`read`] does a file.
pub fn text(stream: impl Read, limit: usize) -> Result<Text, Failure> {
    let mut bytes = Vec::new();
    stream.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(Failure::Io)?;
    if bytes.len() > limit {
        return Err(Failure::TooLarge(limit));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Failure::Utf16);
    }
    if bytes.starts_with(GIT_CRYPT) {
        return Err(Failure::Encrypted);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Text { text: text.into(), flaw: None }),
        Err(error) => {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
            let flaw = format!("is not UTF-8 (line {line}); the bytes that are not are read as U+FFFD");
            Ok(Text { text: String::from_utf8_lossy(error.as_bytes()).into(), flaw: Some(flaw) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_utf8_is_read_with_a_word_about_it() {
        let text = text(&b"a\nb\xff"[..], 10).unwrap();
        assert_eq!(&*text.text, "a\nb\u{fffd}");
        assert_eq!(text.flaw.unwrap(), "is not UTF-8 (line 2); the bytes that are not are read as U+FFFD");
    }

    #[test]
    fn limits_hold() {
        assert!(text(&b"1234"[..], 4).is_ok());
        assert!(matches!(text(&b"12345"[..], 4), Err(Failure::TooLarge(4))));
        assert!(matches!(text(&b"\xff\xfea\0"[..], 9), Err(Failure::Utf16)));
        assert!(matches!(text(&b"\0GITCRYPT\0\x03\x94"[..], 20), Err(Failure::Encrypted)));
        assert!(matches!(read(Path::new("."), 4), Err(Failure::NotAFile)));
    }
}
