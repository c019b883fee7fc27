//! What the user sets in the editor. It is what the options of `rolecall check` are on the command line, and goes before
//! the configuration file in the same way.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::catalogue::{RuleInfo, Selector};
use crate::config::Choices;

/// The section of the editor's settings that is ours.
pub(super) const SECTION: &str = "rolecall";

/// The settings. All are optional.
#[derive(Clone, PartialEq, Default, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Preferences {
    /// Rules and groups that run, in place of the configured ones.
    pub select: Vec<String>,
    /// Rules and groups that do not run.
    pub ignore: Vec<String>,
    /// Whether pedantic rules run.
    pub pedantic: bool,
    /// Values of root variables and template parameters.
    pub variables: BTreeMap<String, String>,
    /// The file of the findings that are known already, from the folder; in place of the configured one.
    pub baseline: Option<String>,
    /// How findings come to the editor.
    pub diagnostic_mode: Mode,
}

/// How findings come to the editor.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Mode {
    /// The server sends them when they change, for all files.
    #[default]
    Push,
    /// The editor asks for them, if it can be told when to ask again.
    Pull,
}

/// Keys of the editor's extension in the same section, which are none of the server's.
const OF_THE_CLIENT: [&str; 3] = ["path", "enable", "trace"];

impl Preferences {
    /// Reads the settings, either bare or under [`SECTION`]. Nothing set is the default; the error is a sentence.
    pub fn read(value: &Value) -> Result<Preferences, String> {
        let mut value = value.get(SECTION).unwrap_or(value).clone();
        if value.is_null() {
            return Ok(Preferences::default());
        }
        if let Some(settings) = value.as_object_mut() {
            // Editors send `null` for what is not set.
            settings.retain(|key, value| !value.is_null() && !OF_THE_CLIENT.contains(&key.as_str()));
        }
        serde_json::from_value(value).map_err(|error| format!("the editor's settings for rolecall: {error}"))
    }

    /// The choice of rules. The error names what is no rule.
    pub fn choices(&self, rules: &[RuleInfo]) -> Result<Choices, String> {
        let selectors = |key: &str, names: &[String]| -> Result<Vec<Selector>, String> {
            let parse = |name: &String| {
                let selector = Selector::parse(name.trim(), rules);
                selector.map_err(|error| format!("the editor's setting rolecall.{key}: {error}"))
            };
            names.iter().map(parse).collect()
        };
        Ok(Choices {
            select: selectors("select", &self.select)?,
            ignore: selectors("ignore", &self.ignore)?,
            pedantic: self.pedantic,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_come_bare_or_in_their_section() {
        let wanted = Preferences { pedantic: true, ..Preferences::default() };
        assert_eq!(Preferences::read(&json!({ "pedantic": true })), Ok(wanted.clone()));
        assert_eq!(Preferences::read(&json!({ "rolecall": { "pedantic": true, "select": null } })), Ok(wanted));
        assert_eq!(Preferences::read(&Value::Null), Ok(Preferences::default()));
        assert_eq!(
            Preferences::read(&json!({ "path": "/x", "trace": { "server": "off" } })),
            Ok(Preferences::default())
        );
    }

    #[test]
    fn a_mistyped_setting_is_named() {
        let error = Preferences::read(&json!({ "pedantik": true })).unwrap_err();
        assert!(error.contains("pedantik"), "{error}");
        let preferences = Preferences { ignore: vec!["no-such".to_owned()], ..Preferences::default() };
        assert!(preferences.choices(&[]).unwrap_err().contains("rolecall.ignore"));
    }
}
