//! CloudFormation parameter files: the list that the AWS command line takes, an object with `Parameters` (or
//! `StackParameters`) as pipelines and `rain` write it, a plain object of names and values, each in JSON or YAML, and
//! the configuration of the SAM command line (`samconfig.toml`, or in YAML), of which an environment can be chosen.

use std::path::{Path, PathBuf};

use crate::source::Sources;
use crate::syntax::{self, Document, Language, Node, NodeId};

/// Names and values in the order of the file.
type Pairs = Vec<(String, String)>;

/// The file that the option names, and the environment in it: `samconfig.toml:prod`.
pub(super) fn named(path: &Path) -> (PathBuf, Option<String>) {
    let written = path.to_string_lossy();
    match written.rsplit_once(':') {
        Some((file, environment)) if [".toml", ".yaml", ".yml"].iter().any(|ending| file.ends_with(ending)) => {
            (file.into(), Some(environment.to_owned()))
        }
        _ => (path.to_owned(), None),
    }
}

/// The names and values of the parameter file `name`, in one of its environments if it has some. The error is a message
/// for people.
pub(super) fn parse(name: &str, environment: Option<&str>, text: &str) -> Result<Pairs, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
    if name.ends_with(".toml") {
        let table = text.parse().map_err(|error: toml::de::Error| format!("it is not TOML: {}", error.message()))?;
        return samconfig(&table, environment);
    }
    let is_sam = Path::new(name).file_stem().is_some_and(|stem| stem == "samconfig");
    if is_yaml && (is_sam || environment.is_some()) {
        let table = serde_yaml::from_str(text).map_err(|error| format!("it is not YAML for SAM: {error}"))?;
        return samconfig(&table, environment);
    }
    if let Some(environment) = environment {
        return Err(format!("it has no environments, so `{environment}` is none of them"));
    }
    let is_json = !(is_yaml || name.ends_with(".rain"));
    let mut sources = Sources::new();
    let source = sources.set(name, text);
    let language = if is_json { Language::Json } else { Language::Yaml };
    let (document, diagnostics) = syntax::parse(source, sources.text(source), language);
    if let Some(mistake) = diagnostics.first() {
        let line = sources.start(mistake.span).line;
        let what = if is_json { "JSON" } else { "YAML" };
        return Err(format!("it is not {what}: {} in line {line}", mistake.message));
    }
    let root = document.root();
    match document.node(root) {
        Node::Sequence(_) => {
            let mut all = Vec::new();
            for item in document.elements(root) {
                all.extend(entry(&document, *item)?);
            }
            Ok(all)
        }
        Node::Mapping(_) => {
            let section = |key: &str| {
                let inner = document.get(root, key)?;
                matches!(document.node(inner), Node::Mapping(_)).then_some(inner)
            };
            let inner = section("Parameters").or_else(|| section("StackParameters")).unwrap_or(root);
            let pair = |(key, value)| {
                let name = scalar_text(&document, key).unwrap_or_default();
                let value = value_text(&document, &name, value)?;
                Ok((name, value))
            };
            document.entries(inner).map(pair).collect()
        }
        _ => Err("it is neither a list of parameters nor an object of them".to_owned()),
    }
}

/// One entry of the list: `{"ParameterKey": …, "ParameterValue": …}`, or `"name=value"` as `deploy` takes it. A parameter
/// that keeps its previous value has none here.
fn entry(document: &Document, item: NodeId) -> Result<Option<(String, String)>, String> {
    if let Node::String(text) = document.node(item) {
        let text = document.text(text);
        let (name, value) = text.split_once('=').ok_or_else(|| format!("`{text}` is not written as name=value"))?;
        return Ok(Some((name.to_owned(), value.to_owned())));
    }
    let Some(name) = document.get(item, "ParameterKey").and_then(|key| document.string(key)) else {
        return Err("an entry of its list has no `ParameterKey`".to_owned());
    };
    let keeps = document.get(item, "UsePreviousValue").map(|node| document.node(node)) == Some(Node::Bool(true));
    match document.get(item, "ParameterValue") {
        Some(value) => Ok(Some((name.to_owned(), value_text(document, name, value)?))),
        None if keeps => Ok(None),
        None => Err(format!("the parameter `{name}` has no `ParameterValue`")),
    }
}

/// A scalar as it is written, so that a number keeps its zeros.
fn scalar_text(document: &Document, node: NodeId) -> Option<String> {
    match document.node(node) {
        Node::String(text) | Node::Number(text) => Some(document.text(text).to_owned()),
        Node::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// The text that CloudFormation would be given. Lists are joined by commas, as it takes them.
fn value_text(document: &Document, name: &str, value: NodeId) -> Result<String, String> {
    let items: Option<Vec<String>> = match document.node(value) {
        Node::Sequence(_) => document.elements(value).iter().map(|item| scalar_text(document, *item)).collect(),
        _ => scalar_text(document, value).map(|text| vec![text]),
    };
    let items = items.ok_or_else(|| {
        format!("the value of the parameter `{name}` is not a text, a number, a boolean or a list of them")
    })?;
    Ok(items.join(","))
}

/// What one environment of SAM's configuration gives to a deployment: its parameters, and the name and region of its stack.
/// What is set for `deploy` comes before what is set for all commands. Without a name it is the environment `default`, or
/// the only one there is.
fn samconfig(table: &toml::Table, name: Option<&str>) -> Result<Pairs, String> {
    let environments = || table.iter().filter(|(_, value)| value.is_table());
    let names = || environments().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let environment = match name {
        Some(name) => {
            Some(table.get(name).ok_or_else(|| format!("it has no environment `{name}`; it has {}", names()))?)
        }
        None => match table.get("default") {
            None if environments().count() > 1 => {
                return Err(format!("it has no environment `default`; name one of {} behind a colon", names()));
            }
            default => default.or_else(|| environments().map(|(_, value)| value).next()),
        },
    };
    let set = |key: &str| {
        let parameters = |command: &str| environment?.get(command)?.get("parameters")?.get(key);
        parameters("deploy").or_else(|| parameters("global"))
    };
    let stack = [("AWS::StackName", "stack_name"), ("AWS::Region", "region")];
    let stack = stack.iter().filter_map(|(name, key)| Some((*name, set(key)?.as_str()?)));
    let mut all: Pairs = stack.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    match set("parameter_overrides") {
        None if all.is_empty() => return Err("it sets no `parameter_overrides`".to_owned()),
        None => {}
        Some(toml::Value::String(text)) => all.extend(overridden(text)?),
        Some(toml::Value::Array(items)) => {
            for item in items {
                let text = item.as_str().ok_or("an element of `parameter_overrides` is not a text")?;
                all.extend(overridden(text)?);
            }
        }
        Some(_) => return Err("`parameter_overrides` is neither a text nor a list".to_owned()),
    }
    Ok(all)
}

/// `Name=value Other="a b"`, or `ParameterKey=Name,ParameterValue=value …`, as the SAM command line takes it.
fn overridden(text: &str) -> Result<Pairs, String> {
    let mut pairs = Vec::new();
    for word in words(text) {
        let (name, value) =
            match word.strip_prefix("ParameterKey=").and_then(|rest| rest.split_once(",ParameterValue=")) {
                Some(pair) => pair,
                None => word.split_once('=').ok_or_else(|| format!("`{word}` is not written as name=value"))?,
            };
        pairs.push((name.to_owned(), value.to_owned()));
    }
    Ok(pairs)
}

/// Words with blanks between them; quotes keep blanks together and are taken away, a backslash keeps what follows it.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\\', _) => word.get_or_insert_default().extend(characters.next()),
            (character, Some(open)) if character == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (blank, None) if blank.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(name: &str, text: &str) -> Vec<(String, String)> {
        parse(name, None, text).unwrap()
    }

    #[test]
    fn all_forms_say_the_same() {
        let wanted = [("Env".to_owned(), "prod".to_owned()), ("Size".to_owned(), "2".to_owned())];
        let list = r#"[{"ParameterKey": "Env", "ParameterValue": "prod"}, {"ParameterKey": "Size", "ParameterValue": "2"},
                       {"ParameterKey": "Old", "UsePreviousValue": true}]"#;
        assert_eq!(pairs("p.json", list), wanted);
        assert_eq!(pairs("p.yaml", list), wanted);
        assert_eq!(pairs("p.json", r#"["Env=prod", "Size=2"]"#), wanted);
        assert_eq!(pairs("p", r#"{"Parameters": {"Env": "prod", "Size": 2}, "Tags": {"a": "b"}}"#), wanted);
        assert_eq!(pairs("p.json", r#"{"StackParameters": {"Env": "prod", "Size": 2}}"#), wanted);
        assert_eq!(pairs("p.json", "\u{feff}{\"Env\": \"prod\", \"Size\": 2}"), wanted);
        assert_eq!(pairs("p.rain", "Parameters:\n  Env: prod\n  Size: 2\nTags:\n  a: b\n"), wanted);
        for overrides in [
            r#""Env=prod Size=\"2\"""#,
            r#"["Env=prod", "Size=2"]"#,
            r#""ParameterKey=Env,ParameterValue=prod ParameterKey=Size,ParameterValue=2""#,
        ] {
            let text = format!("version = 0.1\n[default.deploy.parameters]\nparameter_overrides = {overrides}\n");
            assert_eq!(pairs("samconfig.toml", &text), wanted, "{overrides}");
        }
        let text = "[default.global.parameters]\nparameter_overrides = 'Env=\"a b\" Zone=\"\" Path=a\\ b'\n";
        let wanted = [("Env", "a b"), ("Zone", ""), ("Path", "a b")].map(|(name, value)| (name.into(), value.into()));
        assert_eq!(pairs("dir/samconfig.toml", text), wanted);
    }

    #[test]
    fn environments_are_told_apart() {
        let text = "version = 0.1\n\
                    [default.global.parameters]\nstack_name = 'app-dev'\n\
                    [default.deploy.parameters]\nregion = 'eu-west-1'\nparameter_overrides = 'Env=dev'\n\
                    [prod.deploy.parameters]\nstack_name = 'app'\nparameter_overrides = ['Env=prod', 'Size=2']\n";
        let yaml = "version: 0.1\n\
                    default: {global: {parameters: {stack_name: app-dev}},\n  \
                      deploy: {parameters: {region: eu-west-1, parameter_overrides: Env=dev}}}\n\
                    prod: {deploy: {parameters: {stack_name: app, parameter_overrides: [Env=prod, Size=2]}}}\n";
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        for (name, text) in [("samconfig.toml", text), ("a/samconfig.yaml", yaml)] {
            let default = owned(&[("AWS::StackName", "app-dev"), ("AWS::Region", "eu-west-1"), ("Env", "dev")]);
            assert_eq!(parse(name, None, text), Ok(default));
            let prod = owned(&[("AWS::StackName", "app"), ("Env", "prod"), ("Size", "2")]);
            assert_eq!(parse(name, Some("prod"), text), Ok(prod));
            let message = parse(name, Some("test"), text).unwrap_err();
            assert_eq!(message, "it has no environment `test`; it has `default`, `prod`");
        }
        let message = parse("p.toml", None, "[a.deploy.parameters]\n[b.deploy.parameters]\n").unwrap_err();
        assert!(message.contains("name one of `a`, `b`"), "{message}");
        assert!(parse("p.json", Some("prod"), "{}").is_err());
        let place = |path: &str| named(Path::new(path));
        assert_eq!(place("a/samconfig.toml:prod"), ("a/samconfig.toml".into(), Some("prod".to_owned())));
        assert_eq!(place("C:/samconfig.toml"), ("C:/samconfig.toml".into(), None));
    }

    #[test]
    fn values_are_as_they_are_written() {
        assert_eq!(pairs("p.json", r#"{"Subnets": ["a", "b"]}"#), [("Subnets".to_owned(), "a,b".to_owned())]);
        assert_eq!(pairs("p.json", r#"{"Ratio": 1.50}"#), [("Ratio".to_owned(), "1.50".to_owned())]);
        assert_eq!(pairs("p.yaml", "Account: 012345670123\n"), [("Account".to_owned(), "012345670123".to_owned())]);
    }

    #[test]
    fn what_is_none_of_them_is_an_error_with_a_reason() {
        for (name, text, word) in [
            ("p.json", "{", "not JSON"),
            ("p.yaml", "a: [", "not YAML"),
            ("p.json", "3", "neither a list"),
            ("p.json", r#"[{"ParameterValue": "x"}]"#, "no `ParameterKey`"),
            ("p.json", r#"[{"ParameterKey": "x"}]"#, "`x` has no `ParameterValue`"),
            ("p.json", r#"{"a": {"b": 1}}"#, "parameter `a`"),
            ("p.json", r#"{"a": [[1]]}"#, "parameter `a`"),
            ("p.json", r#"["x"]"#, "name=value"),
            ("s.toml", "[default", "not TOML"),
            ("s.toml", "[default.deploy.parameters]\n", "no `parameter_overrides`"),
            ("s.toml", "[default.deploy.parameters]\nparameter_overrides = 'x'\n", "name=value"),
        ] {
            let message = parse(name, None, text).unwrap_err();
            assert!(message.contains(word), "{text}: {message}");
        }
    }
}
