//! Decimal digits of binary floats, as Go's `math/big` chooses and prints them: Terraform's texts of numbers are its.

use dashu_base::{BitTest, UnsignedAbs};
use dashu_int::{IBig, UBig};

/// A number as decimal digits: `0.d₁d₂d₃… · 10^exponent`. Zero has no digits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Decimal {
    negative: bool,
    /// Digits as values 0 to 9, the last one not zero.
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    /// The exact decimal digits of `significand · 2^exponent`.
    pub(super) fn exact(significand: &IBig, exponent: isize) -> Decimal {
        let negative = *significand < IBig::ZERO;
        let magnitude: UBig = significand.clone().unsigned_abs();
        let (whole, shift) = if exponent >= 0 {
            (magnitude << exponent.unsigned_abs(), 0)
        } else {
            // m · 2^-k is m · 5^k · 10^-k.
            let k = exponent.unsigned_abs();
            (magnitude * UBig::from(5u8).pow(k), k as i64)
        };
        let mut digits: Vec<u8> = whole.to_string().bytes().map(|byte| byte - b'0').collect();
        let exponent = digits.len() as i64 - shift;
        trim(&mut digits);
        let exponent = if digits.is_empty() { 0 } else { exponent };
        Decimal { negative, digits, exponent }
    }

    /// The shortest digits that name `significand · 2^exponent` and no other float of `precision` bits.
    pub(super) fn shortest(significand: &IBig, exponent: isize, precision: usize) -> Decimal {
        let mut decimal = Decimal::exact(significand, exponent);
        let magnitude: UBig = significand.clone().unsigned_abs();
        let bits = magnitude.bit_len();
        if bits == 0 || bits > precision + 1 {
            return decimal;
        }
        // One bit more than the precision, so that 1 is half a unit in the last place.
        let shift = precision + 1 - bits;
        let mantissa: IBig = IBig::from(magnitude) << shift;
        let exponent = exponent - shift as isize;
        let lower = Decimal::exact(&(mantissa.clone() - IBig::ONE), exponent);
        let upper = Decimal::exact(&(mantissa.clone() + IBig::ONE), exponent);
        let inclusive = (mantissa >> 1usize) % IBig::from(2) == IBig::ZERO;
        // The bounds may have another number of whole digits than the number itself.
        let digit = |of: &Decimal, index: usize| {
            let at = index as i64 + of.exponent - decimal.exponent;
            usize::try_from(at).ok().and_then(|at| of.digits.get(at)).copied().unwrap_or(0)
        };
        let length = |of: &Decimal| of.digits.len() as i64 - of.exponent + decimal.exponent;
        for index in 0..decimal.digits.len() {
            let (low, middle, high) = (digit(&lower, index), digit(&decimal, index), digit(&upper, index));
            let next = index as i64 + 1;
            let down = low != middle || inclusive && next == length(&lower);
            let up = middle != high && (inclusive || middle + 1 < high || next < length(&upper));
            let keep = index + 1;
            match (down, up) {
                (true, true) => decimal.round(keep),
                (true, false) => decimal.round_down(keep),
                (false, true) => decimal.round_up(keep),
                (false, false) => continue,
            }
            break;
        }
        decimal
    }

    /// Rounds to `keep` digits, halves to even.
    fn round(&mut self, keep: usize) {
        let Some(first) = self.digits.get(keep) else { return };
        let exactly_half = *first == 5 && keep + 1 == self.digits.len();
        let odd = keep > 0 && self.digits.get(keep - 1).is_some_and(|digit| digit % 2 == 1);
        if (exactly_half && odd) || (!exactly_half && *first >= 5) {
            self.round_up(keep)
        } else {
            self.round_down(keep)
        }
    }

    fn round_down(&mut self, keep: usize) {
        self.digits.truncate(keep);
        trim(&mut self.digits);
    }

    fn round_up(&mut self, keep: usize) {
        self.digits.truncate(keep);
        while self.digits.last() == Some(&9) {
            self.digits.pop();
        }
        match self.digits.last_mut() {
            Some(last) => *last += 1,
            None => {
                self.digits.push(1);
                self.exponent += 1;
            }
        }
    }

    fn sign(&self) -> &'static str {
        if self.negative { "-" } else { "" }
    }

    fn digit(&self, index: i64) -> char {
        let digit = usize::try_from(index).ok().and_then(|index| self.digits.get(index)).copied().unwrap_or(0);
        char::from(b'0' + digit)
    }

    /// Without exponent. `places` digits behind the point, or as many as there are.
    pub(super) fn plain(&self, places: Option<usize>) -> String {
        let mut rounded = self.clone();
        if let Some(places) = places {
            match usize::try_from(self.exponent + places as i64) {
                Ok(keep) => rounded.round(keep),
                Err(_) => rounded.digits.clear(),
            }
        }
        let places = places.map_or((rounded.digits.len() as i64 - rounded.exponent).max(0), |places| places as i64);
        let mut text = String::from(rounded.sign());
        if rounded.exponent > 0 {
            text.extend((0..rounded.exponent).map(|index| rounded.digit(index)));
        } else {
            text.push('0');
        }
        if places > 0 {
            text.push('.');
            text.extend((0..places).map(|index| rounded.digit(rounded.exponent + index)));
        }
        text
    }

    /// With exponent: `1.5e+30`. `places` digits behind the point, or as many as there are.
    pub(super) fn scientific(&self, places: Option<usize>) -> String {
        let mut rounded = self.clone();
        if let Some(places) = places {
            rounded.round(places + 1);
        }
        let places = places.unwrap_or(rounded.digits.len().saturating_sub(1)) as i64;
        let mut text = format!("{}{}", rounded.sign(), rounded.digit(0));
        if places > 0 {
            text.push('.');
            text.extend((1..=places).map(|index| rounded.digit(index)));
        }
        let exponent = if rounded.digits.is_empty() { 0 } else { rounded.exponent - 1 };
        let sign = if exponent < 0 { '-' } else { '+' };
        text.push_str(&format!("e{sign}{:02}", exponent.abs()));
        text
    }

    /// Plain or with exponent, whichever `%g` takes. `digits` significant ones at most, or as many as there are.
    pub(super) fn general(&self, digits: Option<usize>) -> String {
        let mut rounded = self.clone();
        let limit = match digits {
            None => 6,
            Some(digits) => {
                let digits = digits.max(1);
                rounded.round(digits);
                let count = rounded.digits.len();
                if digits > count && count as i64 >= rounded.exponent { count } else { digits }
            }
        };
        let exponent = if rounded.digits.is_empty() { 0 } else { rounded.exponent - 1 };
        if exponent < -4 || exponent >= limit as i64 && !rounded.digits.is_empty() {
            return rounded.scientific(None);
        }
        rounded.plain(None)
    }
}

fn trim(digits: &mut Vec<u8>) {
    while digits.last() == Some(&0) {
        digits.pop();
    }
}
