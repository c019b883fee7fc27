//! Functions over timestamps.

use super::timestamp::{Parts, Timestamp, duration};
use super::{Context, known, text};
use crate::value::Value;

fn timestamp(value: &Value) -> Result<Timestamp, Value> {
    let written = known(value);
    Timestamp::parse(&written).ok_or_else(|| Value::error(format!("not a valid RFC3339 timestamp: \"{written}\"")))
}

pub(super) fn timeadd(arguments: &[Value], _: &Context<'_>) -> Value {
    let [time, added] = arguments else { return super::signature::wrong_count() };
    let time = match timestamp(time) {
        Ok(time) => time,
        Err(failed) => return failed,
    };
    match duration(&known(added)) {
        Some(added) => Value::text(Timestamp { nanoseconds: time.nanoseconds + i128::from(added), ..time }.rfc3339()),
        None => Value::error(format!("time: invalid duration \"{}\"", known(added))),
    }
}

pub(super) fn timecmp(arguments: &[Value], _: &Context<'_>) -> Value {
    let [a, b] = arguments else { return super::signature::wrong_count() };
    match (timestamp(a), timestamp(b)) {
        (Ok(a), Ok(b)) => Value::int(a.nanoseconds.cmp(&b.nanoseconds) as i64),
        (Err(failed), _) | (_, Err(failed)) => failed,
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

pub(super) fn formatdate(arguments: &[Value], _: &Context<'_>) -> Value {
    let [format, time] = arguments else { return super::signature::wrong_count() };
    let time = match timestamp(time) {
        Ok(time) => time,
        Err(failed) => return failed,
    };
    let format = known(format);
    let mut rest: &str = &format;
    let mut out = String::new();
    while let Some(c) = rest.chars().next() {
        let end = match c {
            '\'' => quoted_end(rest),
            c if c.is_ascii_alphabetic() => rest.find(|other| other != c).map(Some).unwrap_or(Some(rest.len())),
            _ => Some(rest.find(|c: char| c == '\'' || c.is_ascii_alphabetic()).unwrap_or(rest.len())),
        };
        let Some((token, behind)) = end.and_then(|end| rest.split_at_checked(end)) else {
            return Value::error("unterminated literal '");
        };
        rest = behind;
        match c {
            '\'' if token == "''" => out.push('\''),
            '\'' => out.push_str(&token.get(1..token.len() - 1).unwrap_or("").replace("''", "'")),
            c if c.is_ascii_alphabetic() => match verb(token, time) {
                Some(written) => out.push_str(&written),
                None => return Value::error(format!("invalid date format verb \"{token}\"")),
            },
            _ => out.push_str(token),
        }
    }
    text(out)
}

/// Where a literal in single quotes ends; two quotes inside stand for one. `None` when it does not.
fn quoted_end(text: &str) -> Option<usize> {
    if text.starts_with("''") {
        return Some(2);
    }
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'\'' if bytes.get(at + 1) == Some(&b'\'') => at += 2,
            b'\'' => return Some(at + 1),
            _ => at += 1,
        }
    }
}

fn verb(verb: &str, time: Timestamp) -> Option<String> {
    let Parts { year, month, day, hour, minute, second, weekday } = time.parts();
    let month_name = usize::try_from(month - 1).ok().and_then(|at| MONTHS.get(at)).copied()?;
    let day_name = usize::try_from(weekday).ok().and_then(|at| DAYS.get(at)).copied()?;
    let half = if hour % 12 == 0 { 12 } else { hour % 12 };
    let short = |name: &str| name.get(..3).map(str::to_owned);
    Some(match verb {
        "YYYY" => format!("{year:04}"),
        "YY" => format!("{:02}", year.rem_euclid(100)),
        "M" => month.to_string(),
        "MM" => format!("{month:02}"),
        "MMM" => short(month_name)?,
        "MMMM" => month_name.to_owned(),
        "D" => day.to_string(),
        "DD" => format!("{day:02}"),
        "EEE" => short(day_name)?,
        "EEEE" => day_name.to_owned(),
        "h" => hour.to_string(),
        "hh" => format!("{hour:02}"),
        "H" => half.to_string(),
        "HH" => format!("{half:02}"),
        "AA" => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        "aa" => if hour < 12 { "am" } else { "pm" }.to_owned(),
        "m" => minute.to_string(),
        "mm" => format!("{minute:02}"),
        "s" => second.to_string(),
        "ss" => format!("{second:02}"),
        "Z" if time.offset == 0 => "Z".to_owned(),
        "ZZZ" if time.offset == 0 => "UTC".to_owned(),
        "ZZZ" | "ZZZZ" => time.offset_text(false),
        "Z" | "ZZZZZ" => time.offset_text(true),
        _ => return None,
    })
}
