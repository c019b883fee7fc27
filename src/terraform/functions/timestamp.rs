//! Points in time as RFC 3339 writes them, and durations as Go does.

/// A point in time with the offset it was written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Timestamp {
    /// Nanoseconds since 1970 in UTC.
    pub(super) nanoseconds: i128,
    /// Seconds that the clock was ahead of UTC.
    pub(super) offset: i64,
}

/// A point in time taken apart.
pub(super) struct Parts {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    /// From 0, which is Sunday.
    pub(super) weekday: i64,
}

const SECOND: i128 = 1_000_000_000;
const DAY: i64 = 86_400;

/// Days since 1970-01-01 in the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

pub(super) fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Timestamp {
    /// A local time; `None` when there is no such time on a clock or in the calendar.
    pub(super) fn new(date: [i64; 3], time: [i64; 3], nanoseconds: i64, offset: i64) -> Option<Timestamp> {
        let ([year, month, day], [hour, minute, second]) = (date, time);
        let exists = (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..60).contains(&second);
        let seconds = days(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset;
        let nanoseconds = i128::from(seconds) * SECOND + i128::from(nanoseconds);
        exists.then_some(Timestamp { nanoseconds, offset })
    }

    /// Reads `2006-01-02T15:04:05Z`, with fractions of a second and an offset where wanted.
    pub(super) fn parse(text: &str) -> Option<Timestamp> {
        let number = |range: std::ops::Range<usize>| -> Option<i64> {
            let digits = text.get(range)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
        };
        let mark = |at: usize, mark: u8| (text.as_bytes().get(at) == Some(&mark)).then_some(());
        mark(4, b'-')?;
        mark(7, b'-')?;
        mark(10, b'T')?;
        mark(13, b':')?;
        mark(16, b':')?;
        let day = [number(0..4)?, number(5..7)?, number(8..10)?];
        let time = [number(11..13)?, number(14..16)?, number(17..19)?];
        let mut rest = text.get(19..)?;
        let mut nanoseconds = 0;
        if let Some(fraction) = rest.strip_prefix('.') {
            let end = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
            let digits = fraction.get(..end.min(9))?;
            if digits.is_empty() {
                return None;
            }
            nanoseconds = format!("{digits:0<9}").parse().ok()?;
            rest = fraction.get(end..)?;
        }
        Timestamp::new(day, time, nanoseconds, offset(rest)?)
    }

    pub(super) fn parts(self) -> Parts {
        let seconds = i64::try_from(self.nanoseconds.div_euclid(SECOND)).unwrap_or(0).saturating_add(self.offset);
        let (day_number, of_day) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let (year, month, day) = date(day_number);
        let weekday = (day_number + 4).rem_euclid(7);
        Parts { year, month, day, hour: of_day / 3600, minute: of_day / 60 % 60, second: of_day % 60, weekday }
    }

    /// `+07:00`, with or without its colon.
    pub(super) fn offset_text(self, colon: bool) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.abs() / 60;
        let between = if colon { ":" } else { "" };
        format!("{sign}{:02}{between}{:02}", minutes / 60, minutes % 60)
    }

    /// As RFC 3339 writes it, to the second.
    pub(super) fn rfc3339(self) -> String {
        let Parts { year, month, day, hour, minute, second, .. } = self.parts();
        let offset = if self.offset == 0 { "Z".to_owned() } else { self.offset_text(true) };
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{offset}")
    }
}

fn offset(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let two = |digits: &str| -> Option<i64> {
        (digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Nanoseconds of a duration such as `-1h30m` or `1.5s`; `None` if it is none or does not fit.
pub(super) fn duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (whole, behind) = rest.split_at(end);
        let (fraction, behind) = match behind.strip_prefix('.') {
            Some(behind) => behind.split_at(behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len())),
            None => ("", behind),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let end = behind.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(end);
        let scale: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => SECOND,
            "m" => 60 * SECOND,
            "h" => 3600 * SECOND,
            _ => return None,
        };
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse::<i64>().ok()?.into() };
        total += whole * scale;
        let digits = fraction.get(..fraction.len().min(18))?;
        if !digits.is_empty() {
            let ten = 10i128.checked_pow(u32::try_from(digits.len()).ok()?)?;
            total += digits.parse::<i128>().ok()? * scale / ten;
        }
        rest = behind;
    }
    i64::try_from(if negative { -total } else { total }).ok()
}
