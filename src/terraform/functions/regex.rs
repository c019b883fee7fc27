//! Regular expressions, in the syntax and with the meaning of RE2 as Go has it.

use std::cell::RefCell;
use std::collections::HashMap;

use regex::{Captures, Regex};

use super::string::unchanged_or;
use super::{Context, known, text};
use crate::value::{Entry, Reason, Value};

/// Most patterns that are kept compiled.
const MAX_KEPT: usize = 64;

thread_local! {
    /// Patterns compiled before: compiling takes far longer than matching, and modules use few patterns many times.
    static COMPILED: RefCell<HashMap<String, Result<Regex, Value>>> = RefCell::default();
}

/// Compiles an RE2 pattern. The error is what `regex` or `replace` evaluates to.
fn compile(pattern: &str) -> Result<Regex, Value> {
    if let Some(known) = COMPILED.with_borrow(|compiled| compiled.get(pattern).cloned()) {
        return known;
    }
    let made = compile_anew(pattern);
    COMPILED.with_borrow_mut(|compiled| {
        if compiled.len() >= MAX_KEPT {
            compiled.clear();
        }
        compiled.insert(pattern.to_owned(), made.clone());
    });
    made
}

fn compile_anew(pattern: &str) -> Result<Regex, Value> {
    if repeats_repetition(pattern) {
        return Err(Value::error(format!("invalid regexp pattern: invalid nested repetition operator in {pattern}")));
    }
    Regex::new(&translate(pattern)).map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => Value::unknown(Reason::TooMany),
        _ => Value::error(format!("invalid regexp pattern: {pattern}")),
    })
}

/// Whether one repetition stands right behind another (`a**`), which RE2 does not take.
fn repeats_repetition(pattern: &str) -> bool {
    let (mut class, mut repeated) = (false, false);
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or("");
        let operator = match c {
            _ if class => {
                match c {
                    '\\' => rest = skip(rest),
                    ']' => class = false,
                    _ => {}
                }
                false
            }
            '\\' => {
                rest = skip(rest);
                false
            }
            '[' => {
                class = true;
                rest = rest.strip_prefix('^').unwrap_or(rest);
                rest = rest.strip_prefix(']').unwrap_or(rest);
                false
            }
            '*' | '+' | '?' => true,
            '{' if is_repetition(rest) => {
                rest = rest.split_once('}').map_or("", |(_, behind)| behind);
                true
            }
            _ => false,
        };
        if operator && repeated {
            return true;
        }
        // A question mark behind a repetition makes it lazy.
        if operator {
            rest = rest.strip_prefix('?').unwrap_or(rest);
        }
        // What opens a group is no repetition, though it has a question mark.
        if c == '(' {
            rest = rest.strip_prefix('?').unwrap_or(rest);
        }
        repeated = operator;
    }
    false
}

/// The text without its first character.
fn skip(text: &str) -> &str {
    let mut rest = text.chars();
    rest.next();
    rest.as_str()
}

/// Rewrites what the crate reads otherwise than RE2: `\d`, `\w`, `\s` and `\b` are ASCII only, brackets and `&&` inside a
/// class are plain characters, a brace that begins no repetition is itself, and so is any escaped punctuation.
fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    let mut class = false;
    while let Some(c) = rest.chars().next() {
        let behind = rest.get(c.len_utf8()..).unwrap_or("");
        rest = behind;
        match c {
            '\\' => {
                let Some(escaped) = behind.chars().next() else {
                    out.push('\\');
                    break;
                };
                rest = behind.get(escaped.len_utf8()..).unwrap_or("");
                if escaped == 'Q' && !class {
                    let (quoted, after) = rest.split_once("\\E").unwrap_or((rest, ""));
                    out.push_str(&regex::escape(quoted));
                    rest = after;
                    continue;
                }
                let ascii = match (escaped, class) {
                    ('d', false) => "[0-9]",
                    ('D', _) => "[^0-9]",
                    ('w', false) => "[0-9A-Za-z_]",
                    ('W', _) => "[^0-9A-Za-z_]",
                    ('s', false) => "[\\t\\n\\x0C\\r ]",
                    ('S', _) => "[^\\t\\n\\x0C\\r ]",
                    ('d', true) => "0-9",
                    ('w', true) => "0-9A-Za-z_",
                    ('s', true) => "\\t\\n\\x0C\\r ",
                    ('b', false) => "(?-u:\\b)",
                    ('B', false) => "(?-u:\\B)",
                    ('_', _) => "_",
                    ('<', _) => "<",
                    ('>', _) => ">",
                    _ => {
                        out.push('\\');
                        out.push(escaped);
                        continue;
                    }
                };
                out.push_str(ascii);
            }
            '[' if !class => {
                class = true;
                out.push('[');
                if let Some(negated) = rest.strip_prefix('^') {
                    out.push('^');
                    rest = negated;
                }
                // A bracket that comes first is a member.
                if let Some(member) = rest.strip_prefix(']') {
                    out.push_str("\\]");
                    rest = member;
                }
            }
            '[' if rest.starts_with(':') && rest.contains(":]") => {
                let end = rest.find(":]").map_or(rest.len(), |end| end + 2);
                out.push('[');
                out.push_str(rest.get(..end).unwrap_or(""));
                rest = rest.get(end..).unwrap_or("");
            }
            '[' => out.push_str("\\["),
            '&' | '~' if class => {
                out.push('\\');
                out.push(c);
            }
            ']' => {
                out.push_str(if class { "]" } else { "\\]" });
                class = false;
            }
            '{' if !class && !is_repetition(rest) => out.push_str("\\{"),
            '}' if !class && !closes_repetition(&out) => out.push_str("\\}"),
            _ => out.push(c),
        }
    }
    out
}

/// Whether what a call does to a text that is not known can be found out by trying it on texts: whether its pattern, if it
/// has one, looks at slashes, colons and plain words only. Classes and counts tell more texts apart than can be tried.
pub(super) fn can_be_tried(function: &str, arguments: &[Value]) -> bool {
    let pattern = match (function, arguments) {
        ("regex" | "regexall", [pattern, ..]) => known(pattern).into_owned(),
        ("replace", [_, search, _]) => {
            let search = known(search);
            match search.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
                Some(pattern) => pattern.to_owned(),
                None => return true,
            }
        }
        _ => return true,
    };
    if pattern.len() > 256 {
        // Every trial compiles it again.
        return false;
    }
    let mut rest = pattern.as_str();
    let mut repeatable = false;
    'next: while let Some(c) = rest.chars().next() {
        for class in ["[^/]", "[^:]", "[^/:]", "[^:/]", "."] {
            if let Some(behind) = rest.strip_prefix(class) {
                rest = behind;
                repeatable = true;
                continue 'next;
            }
        }
        rest = skip(rest);
        match c {
            '*' | '+' | '?' if repeatable => {}
            '\\' if rest.starts_with(['/', ':', '.', '-']) => {
                rest = skip(rest);
                repeatable = false;
            }
            '^' | '$' | '(' | ')' | '|' | '/' | ':' | '-' | '_' => repeatable = false,
            _ if c.is_ascii_alphanumeric() => repeatable = false,
            _ => return false,
        }
    }
    true
}

fn is_repetition(behind_brace: &str) -> bool {
    let Some((count, _)) = behind_brace.split_once('}') else { return false };
    let (low, high) = count.split_once(',').unwrap_or((count, ""));
    !low.is_empty() && low.bytes().chain(high.bytes()).all(|byte| byte.is_ascii_digit())
}

/// Whether the closing brace behind `out` ends a repetition or the name in `\p{…}` and `\x{…}`.
fn closes_repetition(out: &str) -> bool {
    match out.rfind('{') {
        Some(open) => {
            !out.get(..open).is_some_and(|before| before.ends_with('\\'))
                && !out.get(open..).is_some_and(|inner| inner.contains('}'))
        }
        None => false,
    }
}

pub(super) fn replace(arguments: &[Value], _: &Context<'_>) -> Value {
    let [argument, search, replacement] = arguments else { return super::signature::wrong_count() };
    let (all, search, replacement) = (known(argument), known(search), known(replacement));
    let grown = |count: usize| all.len() + count.saturating_mul(replacement.len());
    if let Some(pattern) = search.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        return match compile(pattern) {
            Ok(regex) if grown(regex.find_iter(&all).count()) <= super::string::MAX_TEXT => {
                unchanged_or(argument, &regex.replace_all(&all, &*replacement))
            }
            Ok(_) => Value::unknown(Reason::TooMany),
            Err(failed) => failed,
        };
    }
    if grown(all.matches(&*search).count()) > super::string::MAX_TEXT {
        return Value::unknown(Reason::TooMany);
    }
    unchanged_or(argument, &all.replace(&*search, &replacement))
}

/// What a match is worth: the text, a tuple of its groups, or an object of its named groups.
fn captured(regex: &Regex, captures: &Captures<'_>) -> Value {
    let group = |index: usize| captures.get(index).map_or(Value::null(), |found| text(found.as_str()));
    let names: Vec<&str> = regex.capture_names().flatten().collect();
    if regex.captures_len() == 1 {
        return group(0);
    }
    if names.is_empty() {
        return Value::tuple((1..regex.captures_len()).map(group).collect());
    }
    let mut entries: Vec<Entry> = regex
        .capture_names()
        .enumerate()
        .filter_map(|(index, name)| Some(Entry { key: name?.into(), key_span: None, value: group(index) }))
        .collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    Value::object(entries)
}

fn usable(pattern: &Value) -> Result<Regex, Value> {
    let regex = compile(&known(pattern))?;
    let named = regex.capture_names().flatten().count();
    if named > 0 && named + 1 != regex.captures_len() {
        return Err(Value::error("invalid regexp pattern: cannot mix both named and unnamed capture groups"));
    }
    Ok(regex)
}

pub(super) fn regex(arguments: &[Value], _: &Context<'_>) -> Value {
    let [pattern, argument] = arguments else { return super::signature::wrong_count() };
    let regex = match usable(pattern) {
        Ok(regex) => regex,
        Err(failed) => return failed,
    };
    match regex.captures(&known(argument)) {
        Some(captures) => captured(&regex, &captures),
        None => Value::error("pattern did not match any part of the given string"),
    }
}

pub(super) fn regexall(arguments: &[Value], _: &Context<'_>) -> Value {
    let [pattern, argument] = arguments else { return super::signature::wrong_count() };
    match usable(pattern) {
        Ok(regex) => {
            Value::list(regex.captures_iter(&known(argument)).map(|captures| captured(&regex, &captures)).collect())
        }
        Err(failed) => failed,
    }
}
