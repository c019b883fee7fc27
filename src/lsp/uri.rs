//! From URIs to paths and back. Editors differ in what they encode, so nothing compares URIs as text.

use std::path::{Path, PathBuf};

/// The path that a `file:` URI names, as the client wrote it; `None` for every other scheme and for what cannot be a path.
pub(super) fn to_path(uri: &str) -> Option<PathBuf> {
    let rest = uri.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("file:")).and_then(|_| uri.get(5..))?;
    let path = match rest.strip_prefix("//") {
        // `file://host/share` is a path on Windows only; a host that is this machine is none.
        Some(rest) => match rest.find('/') {
            Some(0) => rest.to_owned(),
            Some(at) if rest[..at].eq_ignore_ascii_case("localhost") => rest[at..].to_owned(),
            Some(_) if cfg!(windows) => format!("//{rest}"),
            _ => return None,
        },
        None => rest.to_owned(),
    };
    // What stands behind `?` or `#` would be a query or a fragment; in a path both are encoded.
    let path = path.split(['?', '#']).next().unwrap_or("");
    let decoded = decode(path)?;
    if cfg!(windows) {
        // `/c:/x` is `c:/x`; editors write the letter and the colon in several ways.
        let mut characters = decoded.chars();
        if let (Some('/'), Some(drive), Some(':')) = (characters.next(), characters.next(), characters.next()) {
            return Some(PathBuf::from(format!("{}:{}", drive.to_ascii_uppercase(), &decoded[3..])));
        }
    }
    Some(PathBuf::from(decoded))
}

/// The `file:` URI of an absolute path.
pub fn of_path(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() };
    let mut uri = String::from(if text.starts_with("//") { "file:" } else { "file://" });
    if !text.starts_with('/') {
        uri.push('/');
    }
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(byte.into()),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// Takes `%` and two digits for a byte. A `+` is a `+`: only forms on the web take it for a space.
fn decode(text: &str) -> Option<String> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = (*byte == b'%').then(|| (digit(bytes.get(at + 1)), digit(bytes.get(at + 2))));
        if let Some((Some(high), Some(low))) = escaped {
            decoded.push((high * 16 + low) as u8);
            at += 3;
        } else {
            decoded.push(*byte);
            at += 1;
        }
    }
    String::from_utf8(decoded).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_write_names_the_same_path() {
        for uri in ["file:///a/b%20c/m%C3%A9.tf", "file://localhost/a/b c/m%c3%a9.tf", "FILE:/a/b%20c/mé.tf"] {
            assert_eq!(to_path(uri), Some(PathBuf::from("/a/b c/mé.tf")), "{uri}");
        }
        assert_eq!(to_path("file:///a/x+y%2Bz.tf"), Some(PathBuf::from("/a/x+y+z.tf")));
        assert_eq!(to_path("file:///a/100%.tf"), Some(PathBuf::from("/a/100%.tf")));
        assert_eq!(to_path("file:///a/c%23%3F.tf"), Some(PathBuf::from("/a/c#?.tf")));
        for none in ["untitled:Untitled-1", "git:/a/b.tf?x", "file", "file:///a%00", "file:///%ff", ""] {
            assert_eq!(to_path(none), None, "{none}");
        }
    }

    #[test]
    fn a_path_survives_the_way_there_and_back() {
        for path in ["/a/b c/100%/é\u{1F600}.tf", "/x#y?z[0]/a+b&c.yaml", "/c:/d.tf"] {
            let uri = of_path(Path::new(path));
            assert!(uri.is_ascii() && !uri.contains([' ', '#', '?', '[']), "{uri}");
            assert_eq!(to_path(&uri), Some(PathBuf::from(path)), "{uri}");
        }
    }
}
