//! Numbers as Terraform computes them: whole numbers exactly, others as binary floats of 512 bits.

use std::cmp::Ordering;
use std::fmt;

use dashu_float::DBig;
use dashu_float::FBig;
use dashu_float::round::mode::{HalfAway, HalfEven};
use dashu_int::IBig;

use super::decimal::Decimal;

type Float = FBig<HalfEven, 2>;

/// Bits of precision, as in Terraform's own type system (zclconf/go-cty).
const PRECISION: usize = 512;

/// A number.
#[derive(Clone, PartialEq, Debug)]
pub struct Number(Repr);

#[derive(Clone, PartialEq, Debug)]
enum Repr {
    /// Every whole number that fits.
    Int(i64),
    /// Any other number; never one that fits `Int`.
    Float(Box<Float>),
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Number(Repr::Int(value))
    }
}

impl Number {
    /// Reads a decimal number as HCL, JSON, YAML and Terraform's conversions from text write it (`12`, `-0.5`, `1e3`, also
    /// `+1`, `.5` and `5.`); `None` if it is none. Anything stricter is for the caller's grammar.
    pub fn parse(text: &str) -> Option<Number> {
        if let Ok(int) = text.parse::<i64>() {
            return Some(Number::from(int));
        }
        let (negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (unsigned, 0),
        };
        // An exponent of millions would take memory to match.
        if exponent.abs() > 9_999 {
            return None;
        }
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || whole.len() + fraction.len() == 0 {
            return None;
        }
        let significand: IBig = format!("{whole}{fraction}").parse().ok()?;
        let significand = if negative { -significand } else { significand };
        let scale = isize::try_from(exponent).ok()? - isize::try_from(fraction.len()).ok()?;
        let decimal: FBig<HalfAway, 10> = DBig::from_parts(significand, scale);
        let float = decimal.with_rounding::<HalfEven>().with_base_and_precision::<2>(PRECISION).value();
        Some(Number::from_float(float))
    }

    /// Reads whole digits of a base from 2 to 62, where letters follow the digits, small before capital ones; up to 36
    /// capital letters are as small ones. `None` if the text is no such number.
    pub fn parse_radix(text: &str, base: u32) -> Option<Number> {
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        if digits.is_empty() || digits.len() > 100_000 {
            return None;
        }
        let mut value = IBig::ZERO;
        for byte in digits.bytes() {
            let digit = match byte {
                b'0'..=b'9' => u32::from(byte - b'0'),
                b'a'..=b'z' => u32::from(byte - b'a') + 10,
                b'A'..=b'Z' if base <= 36 => u32::from(byte - b'A') + 10,
                b'A'..=b'Z' => u32::from(byte - b'A') + 36,
                _ => return None,
            };
            if digit >= base {
                return None;
            }
            value = value * IBig::from(base) + IBig::from(digit);
        }
        let value = if negative { -value } else { value };
        let float = Float::from_parts(value, 0).with_precision(0).value();
        Some(Number::from_float(float))
    }

    /// The number nearest to a float of 64 bits, which prints as such a float does; `None` for infinities and NaN.
    pub fn from_f64(value: f64) -> Option<Number> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if !value.is_finite() {
            return None;
        }
        if value.fract() == 0.0 && value.abs() < EXACT {
            return Some(Number::from(value as i64));
        }
        let float = Float::try_from(value).ok()?.with_precision(53).value();
        Some(Number(Repr::Float(Box::new(float))))
    }

    /// A whole number of any size, rounded to 512 bits.
    fn from_float(value: Float) -> Number {
        match i64::try_from(value.clone()) {
            Ok(int) => Number(Repr::Int(int)),
            Err(_) => {
                let precision = if value.precision() == 53 { 53 } else { PRECISION };
                Number(Repr::Float(Box::new(value.with_precision(precision).value())))
            }
        }
    }

    fn float(&self) -> Float {
        match &self.0 {
            Repr::Int(int) => Float::from(*int).with_precision(PRECISION).value(),
            Repr::Float(float) => (**float).clone(),
        }
    }

    /// The whole number, if it is one and fits.
    pub fn as_int(&self) -> Option<i64> {
        match self.0 {
            Repr::Int(int) => Some(int),
            // Only a float that was computed with 53 bits may fit.
            Repr::Float(ref float) => i64::try_from((**float).clone()).ok(),
        }
    }

    /// Whether it is whole.
    pub fn is_whole(&self) -> bool {
        match &self.0 {
            Repr::Int(_) => true,
            Repr::Float(float) => float.repr().exponent() >= 0,
        }
    }

    /// Whether it is below zero.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Int(int) => *int < 0,
            Repr::Float(float) => *float.repr().significand() < IBig::ZERO,
        }
    }

    /// The digits of a whole number in base 2, 8, 10 or 16 (small letters), with its sign; `None` for other numbers.
    pub fn to_radix(&self, base: u32) -> Option<String> {
        let whole = match &self.0 {
            Repr::Int(int) => IBig::from(*int),
            Repr::Float(float) => {
                let exponent = usize::try_from(float.repr().exponent()).ok()?;
                float.repr().significand().clone() << exponent
            }
        };
        Some(match base {
            2 => format!("{whole:b}"),
            8 => format!("{whole:o}"),
            16 => format!("{whole:x}"),
            _ => whole.to_string(),
        })
    }

    fn exact(&self) -> Decimal {
        match &self.0 {
            Repr::Int(int) => Decimal::exact(&IBig::from(*int), 0),
            Repr::Float(float) => Decimal::exact(float.repr().significand(), float.repr().exponent()),
        }
    }

    fn shortest(&self) -> Decimal {
        match &self.0 {
            Repr::Int(_) => self.exact(),
            Repr::Float(float) => {
                Decimal::shortest(float.repr().significand(), float.repr().exponent(), float.precision())
            }
        }
    }

    /// As C's `%f` with `places` digits behind the point, or all there are.
    pub fn to_plain(&self, places: Option<usize>) -> String {
        if places.is_some() { self.exact().plain(places) } else { self.shortest().plain(None) }
    }

    /// As C's `%e` with `places` digits behind the point, or all there are.
    pub fn to_scientific(&self, places: Option<usize>) -> String {
        if places.is_some() { self.exact().scientific(places) } else { self.shortest().scientific(None) }
    }

    /// As C's `%g` with at most `digits` digits, or all there are.
    pub fn to_general(&self, digits: Option<usize>) -> String {
        if digits.is_some() { self.exact().general(digits) } else { self.shortest().general(None) }
    }

    /// The nearest `f64`.
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            Repr::Int(int) => *int as f64,
            Repr::Float(float) => float.to_f64().value(),
        }
    }

    /// Sum.
    pub fn add(&self, other: &Number) -> Number {
        match (&self.0, &other.0) {
            (Repr::Int(a), Repr::Int(b)) if a.checked_add(*b).is_some() => Number::from(a + b),
            _ => Number::from_float(self.float() + other.float()),
        }
    }

    /// Difference.
    pub fn subtract(&self, other: &Number) -> Number {
        self.add(&other.negate())
    }

    /// Product.
    pub fn multiply(&self, other: &Number) -> Number {
        match (&self.0, &other.0) {
            (Repr::Int(a), Repr::Int(b)) if a.checked_mul(*b).is_some() => Number::from(a * b),
            _ => Number::from_float(self.float() * other.float()),
        }
    }

    /// Quotient; `None` when dividing by zero, which Terraform turns into an infinity that nothing can use.
    pub fn divide(&self, other: &Number) -> Option<Number> {
        match (&self.0, &other.0) {
            (_, Repr::Int(0)) => None,
            (Repr::Int(a), Repr::Int(b)) if a.checked_rem(*b) == Some(0) => Some(Number::from(a / b)),
            _ => Some(Number::from_float(self.float() / other.float())),
        }
    }

    /// Remainder with the sign of the dividend. Dividing by zero leaves all of it, as in Terraform.
    pub fn modulo(&self, other: &Number) -> Option<Number> {
        match (&self.0, &other.0) {
            (_, Repr::Int(0)) => Some(self.clone()),
            (Repr::Int(a), Repr::Int(b)) => Some(Number::from(a.checked_rem(*b).unwrap_or(0))),
            _ => {
                let (a, b) = (self.float(), other.float());
                let quotient = (a.clone() / b.clone()).trunc();
                Some(Number::from_float(a - quotient * b))
            }
        }
    }

    /// The number with the other sign.
    pub fn negate(&self) -> Number {
        match &self.0 {
            Repr::Int(int) if int.checked_neg().is_some() => Number::from(-int),
            _ => Number::from_float(-self.float()),
        }
    }

    /// The largest whole number not above it.
    pub fn floor(&self) -> Number {
        match &self.0 {
            Repr::Int(_) => self.clone(),
            Repr::Float(float) => Number::from_float(float.floor()),
        }
    }

    /// The smallest whole number not below it.
    pub fn ceil(&self) -> Number {
        self.negate().floor().negate()
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (&self.0, &other.0) {
            (Repr::Int(a), Repr::Int(b)) => Some(a.cmp(b)),
            _ => self.float().partial_cmp(&other.float()),
        }
    }
}

impl fmt::Display for Number {
    /// As Terraform writes it into a string: no exponent, no needless zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Int(int) => write!(f, "{int}"),
            Repr::Float(_) => f.write_str(&self.to_plain(None)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn digits_are_those_of_terraform() {
        // `terraform console` prints these.
        assert_eq!(number("0.1").add(&number("0.2")).to_string(), "0.3");
        assert_eq!(number("9007199254740993").to_string(), "9007199254740993");
        assert_eq!(number("1.50").to_string(), "1.5");
        assert_eq!(number("1e3").to_string(), "1000");
        assert_eq!(
            number("123456789012345678901234567890").add(&number("1")).to_string(),
            "123456789012345678901234567891"
        );
        assert_eq!(number("7").divide(&number("2")).unwrap().to_string(), "3.5");
        assert_eq!(number("1e-30").to_string(), format!("0.{}1", "0".repeat(29)));
        let third = number("1").divide(&number("3")).unwrap();
        assert_eq!(third.to_string(), format!("0.{}5", "3".repeat(154)));
        assert_eq!(number("1.1").multiply(&number("1.1")).to_string(), format!("1.21{}1", "0".repeat(151)));
        assert_eq!(third.to_plain(Some(6)), "0.333333");
        assert_eq!(number("1e30").to_general(None), "1e+30");
        assert_eq!(Number::from_f64(2f64.powi(100)).unwrap().to_string(), "1267650600228229400000000000000");
        assert_eq!(number("+1").to_string() + &number(".5").to_string() + &number("5.").to_string(), "10.55");
        assert_eq!(Number::parse_radix("12345678901234567890123", 10).unwrap().to_string(), "12345678901234567890123");
        assert_eq!(Number::parse_radix("-ff", 16).unwrap().to_radix(2).unwrap(), "-11111111");
        assert_eq!(number("-7").modulo(&number("3")).unwrap().to_string(), "-1");
    }

    #[test]
    fn what_is_not_a_number_is_none() {
        for text in ["", "-", "x", "1x", ".", "+", "1.2.3", "e3", "1e", "nan", "inf", "0x10", "1e99999999999", "1_000"]
        {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}
