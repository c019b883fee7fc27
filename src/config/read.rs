//! The reading of the file. Every value is checked while the YAML is read, since only then its place is known.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{Config, FailOn, PathOverride, patterns, severity};
use crate::catalogue::{self, RuleInfo, Selector};
use crate::diagnostic::{Diagnostic, Severity};
use crate::suggest::did_you_mean;
use crate::text::{SourceId, Span};

/// The id under which a mistake in the configuration is shown. It is not a rule: nothing can silence it.
const INVALID: &str = "invalid-config";

/// Reads `text`. An empty file is the default configuration; the first mistake is a diagnostic at its place, and then
/// nothing of the file holds.
pub fn parse(source: SourceId, text: &str, rules: &[RuleInfo]) -> Result<Config, Box<Diagnostic>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // A file of nothing but comments is no document to the reader, and no mistake to its author.
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(Config::default());
    }
    Top { rules }.deserialize(serde_yaml::Deserializer::from_str(text)).map_err(|error| {
        let at = error.location().map_or(0, |location| location.index());
        Box::new(Diagnostic::new(INVALID, Severity::Error, token(source, text, at), message(&error)))
    })
}

/// The error's words without the place, which the diagnostic has.
fn message(error: &serde_yaml::Error) -> String {
    let text = error.to_string();
    match (error.location(), text.rfind(" at line ")) {
        (Some(_), Some(end)) => text[..end].to_owned(),
        _ => text,
    }
}

/// The scalar that begins at `start`, to underline it.
fn token(source: SourceId, text: &str, start: usize) -> Span {
    let rest = text.get(start..).unwrap_or("");
    let length = match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => rest[1..].find(quote).map_or(1, |end| end + 2),
        _ => rest.find([':', '\n', '\r', ',', '#', ']', '}']).map_or(rest.len(), |end| rest[..end].trim_end().len()),
    };
    let start = start.min(text.len());
    Span::new(source, start as u32, (start + length) as u32)
}

const KEYS: [&str; 9] =
    ["select", "ignore", "severity", "exclude", "per-path", "fail-on", "var-files", "baseline", "modules"];

fn twice(key: &str) -> String {
    format!("the key `{key}` stands here twice")
}

fn unknown_key<E: Error>(key: &str, known: &[&str]) -> E {
    let nearest = did_you_mean(key, known.iter().copied());
    if nearest.is_empty() {
        return E::custom(format!("unknown key `{key}`; the keys are {}", known.join(", ")));
    }
    E::custom(format!("unknown key `{key}`{nearest}"))
}

/// The key of a mapping. It is checked where it stands, so that the error has its place.
struct Key<'a> {
    known: &'a [&'a str],
    seen: &'a [String],
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = String;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E: Error>(self, key: &str) -> Result<String, E> {
        if self.seen.iter().any(|seen| seen == key) {
            return Err(E::custom(twice(key)));
        }
        if !self.known.is_empty() && !self.known.contains(&key) {
            return Err(unknown_key(key, self.known));
        }
        Ok(key.to_owned())
    }
}

/// The whole file.
struct Top<'a> {
    rules: &'a [RuleInfo],
}

impl<'de> DeserializeSeed<'de> for Top<'_> {
    type Value = Config;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Config, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = Config;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping with the keys of a configuration")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Config, A::Error> {
        let rules = self.rules;
        let mut config = Config::default();
        let mut seen = Vec::new();
        while let Some(key) = map.next_key_seed(Key { known: &KEYS, seen: &seen })? {
            match key.as_str() {
                "select" => config.select = Some(map.next_value_seed(List(|text: &str| Selector::parse(text, rules)))?),
                "ignore" => config.ignore = map.next_value_seed(List(|text: &str| Selector::parse(text, rules)))?,
                "severity" => config.severity = map.next_value_seed(Severities { rules })?,
                "exclude" => config.exclude = map.next_value_seed(List(pattern))?,
                "per-path" => config.per_path = map.next_value_seed(PerPath { rules })?,
                "fail-on" => config.fail_on = Some(map.next_value_seed(Scalar(fail_on))?),
                "var-files" => config.var_files = map.next_value_seed(List(plain))?,
                "baseline" => config.baseline = Some(map.next_value_seed(Scalar(plain))?),
                _ => config.modules = map.next_value_seed(Modules)?,
            }
            seen.push(key);
        }
        Ok(config)
    }
}

fn plain(text: &str) -> Result<String, String> {
    if text.is_empty() { Err("this is empty".to_owned()) } else { Ok(text.to_owned()) }
}

fn pattern(text: &str) -> Result<String, String> {
    let text = plain(text)?;
    patterns([text.as_str()]).map(|_| text)
}

fn fail_on(text: &str) -> Result<FailOn, String> {
    FailOn::parse(text).ok_or_else(|| {
        let known = FailOn::WORDS;
        format!("`{text}` is none of {}{}", known.join(", "), did_you_mean(text, known))
    })
}

fn level(text: &str) -> Result<Severity, String> {
    severity(text).ok_or_else(|| {
        let known = ["error", "warning", "info"];
        format!(
            "`{text}` is none of {}; a rule is switched off with `ignore`{}",
            known.join(", "),
            did_you_mean(text, known)
        )
    })
}

/// A text that a function turns into something, or says why not.
struct Scalar<F>(F);

impl<'de, T, F: Fn(&str) -> Result<T, String>> DeserializeSeed<'de> for Scalar<F> {
    type Value = T;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T, F: Fn(&str) -> Result<T, String>> Visitor<'_> for Scalar<F> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }
}

/// A list of such texts.
struct List<F>(F);

impl<'de, T, F: Fn(&str) -> Result<T, String>> DeserializeSeed<'de> for List<F> {
    type Value = Vec<T>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T, F: Fn(&str) -> Result<T, String>> Visitor<'de> for List<F> {
    type Value = Vec<T>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(Scalar(&self.0))? {
            all.push(item);
        }
        Ok(all)
    }
}

/// `severity`: rule → severity.
struct Severities<'a> {
    rules: &'a [RuleInfo],
}

impl<'de> DeserializeSeed<'de> for Severities<'_> {
    type Value = Vec<(&'static str, Severity)>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Severities<'_> {
    type Value = Vec<(&'static str, Severity)>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping from rules to severities")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut all: Self::Value = Vec::new();
        loop {
            let rule = |id: &str| match all.iter().any(|(seen, _)| *seen == id) {
                true => Err(twice(id)),
                false => catalogue::find(id, self.rules).map(|rule| rule.id),
            };
            let Some(id) = map.next_key_seed(Scalar(rule))? else { break };
            all.push((id, map.next_value_seed(Scalar(level))?));
        }
        Ok(all)
    }
}

/// `per-path`: pattern → what holds there.
struct PerPath<'a> {
    rules: &'a [RuleInfo],
}

impl<'de> DeserializeSeed<'de> for PerPath<'_> {
    type Value = Vec<PathOverride>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PerPath<'_> {
    type Value = Vec<PathOverride>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping from patterns to overrides")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut all: Self::Value = Vec::new();
        loop {
            let new = |text: &str| match all.iter().any(|seen| seen.pattern == text) {
                true => Err(twice(text)),
                false => pattern(text),
            };
            let Some(pattern) = map.next_key_seed(Scalar(new))? else { break };
            all.push(map.next_value_seed(Override { pattern, rules: self.rules })?);
        }
        Ok(all)
    }
}

struct Override<'a> {
    pattern: String,
    rules: &'a [RuleInfo],
}

impl<'de> DeserializeSeed<'de> for Override<'_> {
    type Value = PathOverride;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<PathOverride, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Override<'_> {
    type Value = PathOverride;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping with `ignore` or `severity`")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PathOverride, A::Error> {
        let rules = self.rules;
        let mut all = PathOverride { pattern: self.pattern, ..PathOverride::default() };
        let mut seen = Vec::new();
        while let Some(key) = map.next_key_seed(Key { known: &["ignore", "severity"], seen: &seen })? {
            match key.as_str() {
                "ignore" => all.ignore = map.next_value_seed(List(|text: &str| Selector::parse(text, rules)))?,
                _ => all.severity = map.next_value_seed(Severities { rules })?,
            }
            seen.push(key);
        }
        Ok(all)
    }
}

/// `modules`: source → directory.
struct Modules;

impl<'de> DeserializeSeed<'de> for Modules {
    type Value = Vec<(String, String)>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Modules {
    type Value = Vec<(String, String)>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping from module sources to directories")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        let mut seen = Vec::new();
        while let Some(source) = map.next_key_seed(Key { known: &[], seen: &seen })? {
            all.push((source.clone(), map.next_value_seed(Scalar(plain))?));
            seen.push(source);
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    const RULES: [RuleInfo; 2] = [
        RuleInfo { id: "wildcard-trust", severity: Severity::Error, group: "trust", pedantic: false, docs: "" },
        RuleInfo { id: "imdsv1-enabled", severity: Severity::Warning, group: "credentials", pedantic: true, docs: "" },
    ];

    /// The message and the text that is underlined.
    fn wrong(text: &str) -> (String, String) {
        let mut sources = Sources::new();
        let source = sources.set(super::super::FILE_NAME, text);
        let error = parse(source, text, &RULES).unwrap_err();
        (error.message.clone(), sources.slice(error.span).to_owned())
    }

    fn right(text: &str) -> Config {
        parse(SourceId(0), text, &RULES).unwrap()
    }

    #[test]
    fn every_key_is_read() {
        let config = right(
            "select: [default, imdsv1-enabled]\nignore: [trust]\nseverity: {wildcard-trust: warning}\nexclude: [examples/]\n\
             per-path:\n  'legacy/**':\n    ignore: [all]\n    severity: {imdsv1-enabled: info}\n\
             fail-on: never\nvar-files: [prod.tfvars]\nmodules:\n  corp/vpc/aws: modules/vpc\n",
        );
        assert_eq!(config.select, Some(vec![Selector::Default, Selector::Rule("imdsv1-enabled")]));
        assert_eq!(config.ignore, [Selector::Group("trust")]);
        assert_eq!(config.severity, [("wildcard-trust", Severity::Warning)]);
        assert_eq!(config.exclude, ["examples/"]);
        let there = PathOverride {
            pattern: "legacy/**".to_owned(),
            ignore: vec![Selector::All],
            severity: vec![("imdsv1-enabled", Severity::Info)],
        };
        assert_eq!(config.per_path, [there]);
        assert_eq!(config.fail_on, Some(FailOn::Never));
        assert_eq!(config.var_files, ["prod.tfvars"]);
        assert_eq!(config.modules, [("corp/vpc/aws".to_owned(), "modules/vpc".to_owned())]);
    }

    #[test]
    fn a_file_that_says_nothing_is_the_default() {
        for text in ["", "\n", "# nothing yet\n\n  # really\n", "\u{feff}"] {
            assert_eq!(right(text), Config::default(), "{text:?}");
        }
    }

    #[test]
    fn an_unknown_key_is_underlined_and_the_right_one_named() {
        let (message, at) = wrong("# é\nselct: [all]\n");
        assert_eq!((message.as_str(), at.as_str()), ("unknown key `selct`; did you mean `select`?", "selct"));
        let (message, at) = wrong("select: [all]\nper-path:\n  a/**:\n    sevrity: {}\n");
        assert!(message.ends_with("unknown key `sevrity`; did you mean `severity`?"), "{message}");
        assert_eq!(at, "sevrity");
        assert!(wrong("zzz: 1\n").0.contains("the keys are select, ignore"));
    }

    #[test]
    fn an_unknown_value_is_underlined() {
        let (message, at) = wrong("ignore:\n  - wildcard-trust\n  - imdsv1-enable\n");
        assert!(
            message.contains("no rule or group named `imdsv1-enable`; did you mean `imdsv1-enabled`?"),
            "{message}"
        );
        assert_eq!(at, "imdsv1-enable");
        let (message, at) = wrong("severity: {wildcard-trust: 'of,f'}\n");
        assert!(message.contains("`of,f` is none of error, warning, info; a rule is switched off"), "{message}");
        assert_eq!(at, "'of,f'");
        let (message, at) = wrong("fail-on: warnings\n");
        assert!(message.contains("did you mean `warning`?"), "{message}");
        assert_eq!(at, "warnings");
        let (message, at) = wrong("severity: {nope: error}\n");
        assert!(message.contains("there is no rule named `nope`"), "{message}");
        assert_eq!(at, "nope");
        assert_eq!(wrong("exclude: ['a{b']\n").1, "'a{b'");
        assert_eq!(wrong("ignore: [all]\nignore: []\n").0, "the key `ignore` stands here twice");
    }

    #[test]
    fn broken_yaml_and_wrong_shapes_are_errors_too() {
        for text in
            ["select: [", "- a\n", "select: yes\n", "plain", "&a [*a]", "select: !!binary x\n", "---\n{}\n---\n{}\n"]
        {
            assert!(!wrong(text).0.is_empty(), "{text:?}");
        }
        let deep = "[".repeat(5_000);
        assert!(!wrong(&deep).0.is_empty());
    }
}
