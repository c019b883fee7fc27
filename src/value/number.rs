//! Numbers as Terraform computes them: whole numbers exactly, others as binary floats of 512 bits.

use std::cmp::Ordering;
use std::fmt;

use dashu_float::DBig;
use dashu_float::FBig;
use dashu_float::round::mode::{HalfAway, HalfEven};

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
    /// Reads a decimal number as HCL, JSON and YAML write it (`12`, `-0.5`, `1e3`); `None` if it is none.
    pub fn parse(text: &str) -> Option<Number> {
        if let Ok(int) = text.parse::<i64>() {
            return Some(Number::from(int));
        }
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let exponent = unsigned.split(['e', 'E']).nth(1);
        // An exponent of millions would take memory to match.
        if exponent
            .is_some_and(|digits| digits.parse::<i64>().is_err() || digits.parse::<i64>().unwrap_or(0).abs() > 9_999)
        {
            return None;
        }
        let plain = unsigned.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
        if unsigned.is_empty() || !plain || !unsigned.as_bytes()[0].is_ascii_digit() {
            return None;
        }
        let decimal: DBig = text.parse().ok()?;
        let decimal: FBig<HalfAway, 10> = decimal;
        let float = decimal.with_rounding::<HalfEven>().with_base_and_precision::<2>(PRECISION).value();
        Some(Number::from_float(float))
    }

    fn from_float(value: Float) -> Number {
        match i64::try_from(value.clone()) {
            Ok(int) => Number(Repr::Int(int)),
            Err(_) => Number(Repr::Float(Box::new(value.with_precision(PRECISION).value()))),
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
            Repr::Float(_) => None,
        }
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

    /// Remainder with the sign of the dividend; `None` when dividing by zero.
    pub fn modulo(&self, other: &Number) -> Option<Number> {
        match (&self.0, &other.0) {
            (_, Repr::Int(0)) => None,
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
            Repr::Float(float) => {
                // 154 decimal digits identify a float of 512 bits.
                let decimal = float.clone().with_rounding::<HalfAway>().with_base_and_precision::<10>(154).value();
                let text = decimal.to_string();
                match text.split_once('.') {
                    Some((whole, fraction)) if fraction.trim_end_matches('0').is_empty() => f.write_str(whole),
                    Some((whole, fraction)) => write!(f, "{whole}.{}", fraction.trim_end_matches('0')),
                    None => f.write_str(&text),
                }
            }
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
        assert_eq!(number("-7").modulo(&number("3")).unwrap().to_string(), "-1");
    }

    #[test]
    fn what_is_not_a_number_is_none() {
        for text in ["", "-", "x", "1x", ".", "nan", "inf", "0x10", "1e99999999999", "1_000"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}
