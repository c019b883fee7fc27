//! Functions over paths and files. What lies outside the workspace is not known; nothing is said about it.

use super::encoding::to_base64;
use super::{Context, hash, known};
use crate::files::File;
use crate::text::Span;
use crate::value::{Reason, SequenceKind, Shape, TypeHint, Unknown, Value, Written};

/// The path of a workspace's file; `None` when it is absolute, in a home directory or above the workspace.
fn locate(path: &str, context: &Context<'_>) -> Option<String> {
    if path.starts_with(['/', '~']) || path.contains('\0') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in context.root.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn not_at_hand(path: &str, hint: TypeHint) -> Value {
    let unknown = Unknown { hint, not_null: true, ..Unknown::new(Reason::File(path.into())) };
    Shape::Unknown(unknown.into()).into()
}

/// The text of the file that an argument names, with its place.
fn read(arguments: &[Value], context: &Context<'_>) -> Result<(std::sync::Arc<str>, Span), Value> {
    let Some(path) = arguments.first().map(known) else { return Err(super::signature::wrong_count()) };
    match locate(&path, context).map(|located| context.files.file(&located)) {
        Some(File::Text(source, text)) => {
            let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
            Ok((text, Span::new(source, 0, end)))
        }
        Some(File::Absent | File::Pending) | None => Err(not_at_hand(&path, TypeHint::String)),
    }
}

pub(super) fn file(arguments: &[Value], context: &Context<'_>) -> Value {
    match read(arguments, context) {
        Ok((content, span)) => {
            let value = super::text(&content);
            let verbatim = value.as_text().is_some_and(|text| *text == *content);
            if verbatim { value.written(Written::Verbatim(span)) } else { value }
        }
        Err(unknown) => unknown,
    }
}

pub(super) fn filebase64(arguments: &[Value], context: &Context<'_>) -> Value {
    match read(arguments, context) {
        Ok((content, _)) => Value::text(to_base64(content.as_bytes())),
        Err(unknown) => unknown,
    }
}

fn hashed(name: &str, arguments: &[Value], context: &Context<'_>) -> Value {
    match read(arguments, context) {
        Ok((content, _)) => {
            hash::named(name, content.as_bytes()).map_or_else(super::signature::wrong_count, Value::text)
        }
        Err(unknown) => unknown,
    }
}

pub(super) fn filemd5(arguments: &[Value], context: &Context<'_>) -> Value {
    hashed("filemd5", arguments, context)
}

pub(super) fn filesha1(arguments: &[Value], context: &Context<'_>) -> Value {
    hashed("filesha1", arguments, context)
}

pub(super) fn filesha256(arguments: &[Value], context: &Context<'_>) -> Value {
    hashed("filesha256", arguments, context)
}

pub(super) fn filesha512(arguments: &[Value], context: &Context<'_>) -> Value {
    hashed("filesha512", arguments, context)
}

pub(super) fn filebase64sha256(arguments: &[Value], context: &Context<'_>) -> Value {
    hashed("filebase64sha256", arguments, context)
}

pub(super) fn filebase64sha512(arguments: &[Value], context: &Context<'_>) -> Value {
    hashed("filebase64sha512", arguments, context)
}

/// The names in a directory; `None` when there may be some that are not known.
fn names(directory: &str, context: &Context<'_>) -> Option<Vec<String>> {
    let paths = context.files.directory(directory)?;
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    // No names may also mean a directory outside what is analysed.
    (!paths.is_empty()).then(|| paths.iter().map(|path| name(path)).collect())
}

pub(super) fn fileexists(arguments: &[Value], context: &Context<'_>) -> Value {
    let Some(path) = arguments.first().map(known) else { return super::signature::wrong_count() };
    let Some(located) = locate(&path, context) else { return not_at_hand(&path, TypeHint::Bool) };
    if let File::Text(..) = context.files.file(&located) {
        return Value::bool(true);
    }
    let (directory, name) = located.rsplit_once('/').unwrap_or(("", &located));
    match names(directory, context) {
        Some(names) => Value::bool(names.iter().any(|other| other == name)),
        None => not_at_hand(&path, TypeHint::Bool),
    }
}

pub(super) fn fileset(arguments: &[Value], context: &Context<'_>) -> Value {
    let [path, pattern] = arguments else { return super::signature::wrong_count() };
    let (path, pattern) = (known(path), known(pattern));
    let unknown = || not_at_hand(&format!("{path}/{pattern}"), TypeHint::Sequence);
    let (inside, last) = pattern.rsplit_once('/').unwrap_or(("", &pattern));
    // Subdirectories are not listed, so only the last part may be a pattern.
    let is_pattern = |text: &str| text.contains(['*', '?', '[', '{', '\\']);
    if is_pattern(inside) || last == "**" {
        return unknown();
    }
    let found = locate(&format!("{path}/{inside}"), context).and_then(|directory| names(&directory, context));
    let (Some(found), Some(matcher)) = (found, glob(last)) else { return unknown() };
    let prefix = if inside.is_empty() { String::new() } else { format!("{inside}/") };
    let mut found: Vec<String> =
        found.into_iter().filter(|name| matcher.is_match(name)).map(|name| format!("{prefix}{name}")).collect();
    found.sort();
    found.dedup();
    let found: Vec<Value> = found.into_iter().map(super::text).collect();
    Shape::Sequence(SequenceKind::Set, found.into()).into()
}

/// A pattern for one name: `*`, `?`, `[abc]`, `{a,b}`.
fn glob(pattern: &str) -> Option<regex::Regex> {
    let mut out = String::from("^");
    let mut depth = 0;
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '*' => out.push_str("[^/]*"),
            '?' => out.push_str("[^/]"),
            '{' => {
                depth += 1;
                out.push_str("(?:");
            }
            '}' if depth > 0 => {
                depth -= 1;
                out.push(')');
            }
            ',' if depth > 0 => out.push('|'),
            '[' => {
                out.push('[');
                if rest.next_if(|next| matches!(next, '^' | '!')).is_some() {
                    out.push('^');
                }
                loop {
                    match rest.next()? {
                        ']' => break,
                        '-' => out.push('-'),
                        '\\' => out.push_str(&regex::escape(&rest.next()?.to_string())),
                        other => out.push_str(&regex::escape(&other.to_string())),
                    }
                }
                out.push(']');
            }
            '\\' => out.push_str(&regex::escape(&rest.next()?.to_string())),
            other => out.push_str(&regex::escape(&other.to_string())),
        }
    }
    out.push('$');
    regex::Regex::new(&out).ok()
}

pub(super) fn basename(arguments: &[Value], _: &Context<'_>) -> Value {
    let [argument] = arguments else { return super::signature::wrong_count() };
    let path = known(argument);
    let trimmed = path.trim_end_matches('/');
    let base = match (path.is_empty(), trimmed.is_empty()) {
        (true, _) => ".",
        (false, true) => "/",
        _ => trimmed.rsplit('/').next().unwrap_or(trimmed),
    };
    super::string::unchanged_or(argument, base)
}

pub(super) fn dirname(arguments: &[Value], _: &Context<'_>) -> Value {
    let [argument] = arguments else { return super::signature::wrong_count() };
    let path = known(argument);
    let directory = path.rfind('/').and_then(|at| path.get(..=at)).unwrap_or("");
    super::text(clean(directory))
}

/// The shortest path that means the same, as Go's `filepath.Clean` has it.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            _ => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        _ => parts.join("/"),
    }
}

pub(super) fn abspath(arguments: &[Value], _: &Context<'_>) -> Value {
    let [argument] = arguments else { return super::signature::wrong_count() };
    let path = known(argument);
    if path.starts_with('/') {
        return super::string::unchanged_or(argument, &clean(&path));
    }
    not_at_hand(&path, TypeHint::String)
}

pub(super) fn pathexpand(arguments: &[Value], _: &Context<'_>) -> Value {
    let [argument] = arguments else { return super::signature::wrong_count() };
    let path = known(argument);
    if !path.starts_with('~') {
        return argument.clone();
    }
    if path.len() > 1 && !path.starts_with("~/") {
        return Value::error("cannot expand user-specific home dir");
    }
    not_at_hand(&path, TypeHint::String)
}
