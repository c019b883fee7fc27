//! CloudFormation parameter files: the list that the AWS command line takes, an object with `Parameters` as pipelines
//! write it, or a plain object of names and values.

use serde_json::Value;

/// The names and values of a parameter file, in its order. The error is a message for people.
pub(super) fn parse(text: &str) -> Result<Vec<(String, String)>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: Value = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
    match value {
        Value::Array(items) => {
            let mut all = Vec::new();
            for item in items {
                all.extend(entry(&item)?);
            }
            Ok(all)
        }
        Value::Object(object) => {
            let inner = match object.get("Parameters") {
                Some(Value::Object(inner)) => inner,
                _ => &object,
            };
            inner.iter().map(|(name, value)| Ok((name.clone(), scalar(name, value)?))).collect()
        }
        _ => Err("it is neither a list of parameters nor an object of them".to_owned()),
    }
}

/// One entry of the list: `{"ParameterKey": …, "ParameterValue": …}`, or `"name=value"` as `deploy` takes it. A parameter
/// that keeps its previous value has none here.
fn entry(item: &Value) -> Result<Option<(String, String)>, String> {
    if let Value::String(text) = item {
        let (name, value) = text.split_once('=').ok_or_else(|| format!("`{text}` is not written as name=value"))?;
        return Ok(Some((name.to_owned(), value.to_owned())));
    }
    let Some(Value::String(name)) = item.get("ParameterKey") else {
        return Err("an entry of its list has no `ParameterKey`".to_owned());
    };
    match item.get("ParameterValue") {
        Some(value) => Ok(Some((name.clone(), scalar(name, value)?))),
        None if item.get("UsePreviousValue") == Some(&Value::Bool(true)) => Ok(None),
        None => Err(format!("the parameter `{name}` has no `ParameterValue`")),
    }
}

/// The text that CloudFormation would be given. Lists are joined by commas, as it takes them.
fn scalar(name: &str, value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        Value::Array(items) if items.iter().all(|item| !item.is_array() && !item.is_object()) => {
            let items: Result<Vec<String>, String> = items.iter().map(|item| scalar(name, item)).collect();
            Ok(items?.join(","))
        }
        Value::Array(_) | Value::Object(_) | Value::Null => {
            Err(format!("the value of the parameter `{name}` is not a text, a number, a boolean or a list of them"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        parse(text).unwrap()
    }

    #[test]
    fn all_forms_say_the_same() {
        let wanted = [("Env".to_owned(), "prod".to_owned()), ("Size".to_owned(), "2".to_owned())];
        let list = r#"[{"ParameterKey": "Env", "ParameterValue": "prod"}, {"ParameterKey": "Size", "ParameterValue": "2"},
                       {"ParameterKey": "Old", "UsePreviousValue": true}]"#;
        assert_eq!(pairs(list), wanted);
        assert_eq!(pairs(r#"["Env=prod", "Size=2"]"#), wanted);
        assert_eq!(pairs(r#"{"Parameters": {"Env": "prod", "Size": 2}, "Tags": {"a": "b"}}"#), wanted);
        assert_eq!(pairs("\u{feff}{\"Env\": \"prod\", \"Size\": 2}"), wanted);
        assert_eq!(pairs(r#"{"Subnets": ["a", "b"]}"#), [("Subnets".to_owned(), "a,b".to_owned())]);
    }

    #[test]
    fn what_is_none_of_them_is_an_error_with_a_reason() {
        for (text, word) in [
            ("{", "not JSON"),
            ("3", "neither a list"),
            (r#"[{"ParameterValue": "x"}]"#, "no `ParameterKey`"),
            (r#"[{"ParameterKey": "x"}]"#, "`x` has no `ParameterValue`"),
            (r#"{"a": {"b": 1}}"#, "parameter `a`"),
            (r#"{"a": [[1]]}"#, "parameter `a`"),
            (r#"["x"]"#, "name=value"),
        ] {
            let message = parse(text).unwrap_err();
            assert!(message.contains(word), "{text}: {message}");
        }
    }
}
