//! A new object, printed in the notation of one that stands beside it.

use super::place::indentation;

/// What is to be written.
pub(super) enum New<'n> {
    /// Text.
    Text(String),
    /// A value whose source is taken over as it is.
    Source(String),
    /// A list.
    List(Vec<New<'n>>),
    /// An object.
    Object(Vec<(&'n str, New<'n>)>),
}

/// How keys and values stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `{ key = value }`
    Hcl,
    /// `{"key": value}`
    Json,
    /// `{key: value}`
    Flow,
    /// Lines of `key: value`.
    Block,
}

/// The notation of an object.
pub(super) struct Notation {
    form: Form,
    /// The quotes around keys; empty for none.
    key_quote: &'static str,
    /// The quotes around text.
    quote: &'static str,
    /// What stands between a key and its value.
    between: &'static str,
    /// What stands between members on one line.
    comma: &'static str,
    /// What stands inside the braces of an object on one line.
    padding: &'static str,
    /// What a member on a line of its own ends with, if another follows, and the last one.
    ends: (&'static str, &'static str),
    /// The indentation of the object's own lines and of one step more; `None` for an object on one line.
    lines: Option<(String, String)>,
}

impl Notation {
    /// The notation of the object at the bytes `start..end` of `text`.
    pub fn of(text: &str, start: usize, end: usize, form: Form) -> Option<Notation> {
        let slice = text.get(start..end)?;
        let lines = slice.contains('\n').then(|| {
            let base = match form {
                Form::Block => super::place::before_on_line(text, start).replace('-', " "),
                _ => indentation(text, end.saturating_sub(1)).to_string(),
            };
            let inner = slice.lines().nth(1).map_or("", |line| &line[..line.len() - line.trim_start().len()]);
            let unit = inner.strip_prefix(&*base).filter(|unit| !unit.is_empty()).unwrap_or("  ").to_string();
            (base, if form == Form::Block { "  ".to_string() } else { unit })
        });
        let inside = slice.strip_prefix('{').unwrap_or(slice);
        let first = inside.lines().map(uncommented).find(|line| !line.is_empty()).unwrap_or("");
        let escaped = first.starts_with("\\\"");
        let quote = if escaped { "\\\"" } else { "\"" };
        let quoted = first.starts_with(['"', '\\']);
        let behind_key = first.trim_start_matches(['"', '\\']);
        let behind_key = behind_key.trim_start_matches(|letter: char| letter.is_alphanumeric() || letter == '_');
        let behind_key = behind_key.trim_start_matches(['"', '\\']);
        let tight = behind_key.strip_prefix(':').is_some_and(|rest| !rest.starts_with(char::is_whitespace));
        let between = match form {
            Form::Hcl if behind_key.starts_with(" :") => " : ",
            Form::Hcl if behind_key.starts_with(':') => ": ",
            Form::Hcl => " = ",
            _ if tight => ":",
            _ => ": ",
        };
        // In HCL a line may end a member; whether commas stand there is a matter of taste.
        let last = slice.strip_suffix('}').unwrap_or(slice).lines().rev().map(uncommented);
        let last = last.into_iter().find(|line| !line.is_empty()).unwrap_or("");
        let ends = match form {
            Form::Hcl if first.ends_with(',') => (",", if last.ends_with(',') { "," } else { "" }),
            Form::Hcl | Form::Block => ("", ""),
            _ => (",", ""),
        };
        let (key_quote, quote) = match form {
            Form::Json => (quote, quote),
            Form::Hcl => (if quoted { quote } else { "" }, quote),
            Form::Flow if quoted => (quote, quote),
            Form::Flow | Form::Block => ("", ""),
        };
        let padded = form == Form::Hcl || inside.starts_with(' ');
        let comma = if tight { "," } else { ", " };
        Some(Notation { form, key_quote, quote, between, comma, padding: if padded { " " } else { "" }, ends, lines })
    }

    /// The same for an object that stands one step further in.
    fn inner(&self) -> Notation {
        let lines = self.lines.as_ref().map(|(base, unit)| (format!("{base}{unit}"), unit.clone()));
        Notation { lines, ..*self }
    }

    /// The object.
    pub fn object(&self, members: &[(&str, New<'_>)]) -> String {
        let Some((base, unit)) = &self.lines else { return self.on_one_line(members) };
        let width = members.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
        let mut written: Vec<String> = Vec::new();
        for (index, (key, value)) in members.iter().enumerate() {
            let pad = if self.between == " = " { width - key.len() } else { 0 };
            let end = if index + 1 < members.len() { self.ends.0 } else { self.ends.1 };
            let head = format!("{0}{key}{0}{1}", self.key_quote, " ".repeat(pad));
            written.push(match value {
                New::Object(inner) if self.form == Form::Block => {
                    format!("{head}:\n{base}{unit}{}", self.inner().object(inner))
                }
                New::Object(inner) if !is_short(inner) => {
                    format!("{head}{}{}{end}", self.between, self.inner().object(inner))
                }
                _ => format!("{head}{}{}{end}", self.between, self.value(value)),
            });
        }
        match self.form {
            Form::Block => written.join(&format!("\n{base}")),
            _ => format!("{{\n{base}{unit}{}\n{base}}}", written.join(&format!("\n{base}{unit}"))),
        }
    }

    fn on_one_line(&self, members: &[(&str, New<'_>)]) -> String {
        let member = |(key, value): &(&str, New<'_>)| {
            format!("{0}{key}{0}{1}{2}", self.key_quote, self.between, self.value(value))
        };
        let members: Vec<String> = members.iter().map(member).collect();
        format!("{{{0}{1}{0}}}", self.padding, members.join(self.comma))
    }

    fn value(&self, value: &New<'_>) -> String {
        match value {
            New::Text(text) => format!("{0}{text}{0}", self.quote),
            New::Source(source) => source.clone(),
            New::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.value(item)).collect();
                format!("[{}]", items.join(self.comma))
            }
            New::Object(members) => self.on_one_line(members),
        }
    }
}

/// A line without its indentation and a comment at its end.
fn uncommented(line: &str) -> &str {
    let line = line.trim();
    let comment = [" #", " //"].iter().filter_map(|mark| line.find(mark)).min();
    let comment = if line.starts_with(['#', '/']) { Some(0) } else { comment };
    comment.map_or(line, |at| &line[..at]).trim_end()
}

/// Whether an object stands on one line even where others do not.
fn is_short(members: &[(&str, New<'_>)]) -> bool {
    matches!(members, [(_, New::Text(_))])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn like(text: &str, form: Form) -> String {
        let start = text.find(|letter: char| letter == '{' || form == Form::Block && letter != ' ').unwrap();
        let members = [
            ("Effect", New::Text("Allow".into())),
            ("Principal", New::Object(vec![("Service", New::Text("ec2.amazonaws.com".into()))])),
        ];
        Notation::of(text, start, text.len(), form).unwrap().object(&members)
    }

    #[test]
    fn an_object_is_written_as_its_neighbour_is() {
        let cases = [
            ("{ Effect = 1 }", Form::Hcl, "{ Effect = \"Allow\", Principal = { Service = \"ec2.amazonaws.com\" } }"),
            (
                "  {\n    \"Effect\" = 1,\n  }",
                Form::Hcl,
                "{\n    \"Effect\"    = \"Allow\",\n    \"Principal\" = { \"Service\" = \"ec2.amazonaws.com\" },\n  }",
            ),
            (
                "{\n\tEffect: 1\n}",
                Form::Hcl,
                "{\n\tEffect: \"Allow\"\n\tPrincipal: { Service: \"ec2.amazonaws.com\" }\n}",
            ),
            ("{\"Effect\":1}", Form::Json, "{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"}}"),
            (
                "{\\\"Effect\\\": 1}",
                Form::Json,
                "{\\\"Effect\\\": \\\"Allow\\\", \\\"Principal\\\": {\\\"Service\\\": \\\"ec2.amazonaws.com\\\"}}",
            ),
            (
                " {\n  \"Effect\": 1\n }",
                Form::Json,
                "{\n  \"Effect\": \"Allow\",\n  \"Principal\": {\"Service\": \"ec2.amazonaws.com\"}\n }",
            ),
            ("{ Effect: 1 }", Form::Flow, "{ Effect: Allow, Principal: { Service: ec2.amazonaws.com } }"),
            ("  Effect: 1\n  Action: 2", Form::Block, "Effect: Allow\n  Principal:\n    Service: ec2.amazonaws.com"),
        ];
        for (text, form, wanted) in cases {
            assert_eq!(like(text, form), wanted, "like {text}");
        }
    }
}
