//! Comma-separated values (RFC 4180), as Go reads them.

use super::{Context, known, text};
use crate::value::{Entry, Value};

pub(super) fn csvdecode(arguments: &[Value], _: &Context<'_>) -> Value {
    let [argument] = arguments else { return super::signature::wrong_count() };
    let records = match records(&known(argument)) {
        Ok(records) => records,
        Err(message) => return Value::error(message),
    };
    let Some((header, rows)) = records.split_first() else { return Value::error("missing header line") };
    let mut made = Vec::with_capacity(rows.len());
    for (index, name) in header.iter().enumerate() {
        if header.iter().take(index).any(|other| other == name) {
            return Value::error(format!("duplicate column name \"{name}\""));
        }
    }
    for row in rows {
        if row.len() != header.len() {
            return Value::error("wrong number of fields");
        }
        let mut entries: Vec<Entry> = header
            .iter()
            .zip(row)
            .map(|(name, field)| Entry { key: name.as_str().into(), key_span: None, value: text(field) })
            .collect();
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        made.push(Value::object(entries));
    }
    Value::list(made)
}

fn records(text: &str) -> Result<Vec<Vec<String>>, &'static str> {
    let mut records = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        // Empty lines are no records.
        if let Some(behind) = rest.strip_prefix('\n').or_else(|| rest.strip_prefix("\r\n")) {
            rest = behind;
            continue;
        }
        let mut record = Vec::new();
        loop {
            let (field, behind) = field(rest)?;
            record.push(field);
            match behind.strip_prefix(',') {
                Some(next) => rest = next,
                None => {
                    let line_end = behind.strip_prefix("\r\n").or_else(|| behind.strip_prefix('\n'));
                    rest = line_end.unwrap_or("");
                    break;
                }
            }
        }
        records.push(record);
    }
    Ok(records)
}

/// One field, and the text from the comma or line end behind it.
fn field(text: &str) -> Result<(String, &str), &'static str> {
    let Some(mut quoted) = text.strip_prefix('"') else {
        let end = text.find([',', '\n']).unwrap_or(text.len());
        let (field, behind) = text.split_at(end);
        if field.contains('"') {
            return Err("bare \" in non-quoted-field");
        }
        return match field.strip_suffix('\r') {
            Some(field) if !behind.starts_with(',') => Ok((field.to_owned(), behind)),
            _ => Ok((field.to_owned(), behind)),
        };
    };
    let mut out = String::new();
    loop {
        let Some((inside, behind)) = quoted.split_once('"') else {
            return Err("extraneous or missing \" in quoted-field");
        };
        out.push_str(inside);
        match behind.strip_prefix('"') {
            Some(more) => {
                out.push('"');
                quoted = more;
            }
            None => {
                let ends = behind.is_empty() || behind.starts_with([',', '\n']) || behind.starts_with("\r\n");
                // A line break inside a field is one byte, however it was written.
                let out = out.replace("\r\n", "\n");
                return if ends { Ok((out, behind)) } else { Err("extraneous or missing \" in quoted-field") };
            }
        }
    }
}
