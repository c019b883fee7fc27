//! Functions over IP address ranges.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Context, known, whole};
use crate::value::{Shape, Value};

/// A range of addresses. IPv4 addresses are kept in the low 32 bits.
#[derive(Clone, Copy)]
struct Prefix {
    address: u128,
    length: u32,
    /// 32 or 128.
    bits: u32,
}

/// All ones in the low `count` bits.
fn ones(count: u32) -> u128 {
    if count >= 128 { u128::MAX } else { (1 << count) - 1 }
}

fn parse_address(text: &str) -> Option<(u128, u32)> {
    if text.contains(':') {
        return Some((text.parse::<Ipv6Addr>().ok()?.to_bits(), 128));
    }
    // Zeros in front are read as decimal, as Terraform does for the sake of old configurations.
    let mut address: u128 = 0;
    let mut count = 0;
    for part in text.split('.') {
        if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let octet: u32 =
            part.trim_start_matches('0').parse().or(if part.contains('0') { Ok(0) } else { "x".parse() }).ok()?;
        address = address << 8 | u128::from(u8::try_from(octet).ok()?);
        count += 1;
    }
    (count == 4).then_some((address, 32))
}

fn show_address(address: u128, bits: u32) -> String {
    match u32::try_from(address) {
        Ok(address) if bits == 32 => Ipv4Addr::from(address).to_string(),
        _ => Ipv6Addr::from(address).to_string(),
    }
}

impl Prefix {
    fn parse(value: &Value) -> Result<Prefix, Value> {
        let text = known(value);
        let parsed = text.split_once('/').and_then(|(address, length)| {
            let (address, bits) = parse_address(address)?;
            let digits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
            let length: u32 = length.parse().ok().filter(|length| digits && *length <= bits)?;
            Some(Prefix { address: address & !ones(bits - length) & ones(bits), length, bits })
        });
        parsed.ok_or_else(|| Value::error(format!("invalid CIDR expression: invalid CIDR address: {text}")))
    }

    fn hosts(self) -> u32 {
        self.bits - self.length
    }

    fn last(self) -> u128 {
        self.address | ones(self.hosts())
    }

    fn contains(self, address: u128) -> bool {
        (self.address..=self.last()).contains(&address)
    }

    fn show(self) -> String {
        format!("{}/{}", show_address(self.address, self.bits), self.length)
    }
}

/// A whole number of any size that addresses can have.
fn big(value: &Value) -> Result<i128, Value> {
    match &value.shape {
        Shape::Number(number) => number
            .to_radix(10)
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| Value::error("a whole number is required")),
        _ => Err(Value::error("a number is required")),
    }
}

pub(super) fn cidrhost(arguments: &[Value], _: &Context<'_>) -> Value {
    let [prefix, number] = arguments else { return super::signature::wrong_count() };
    match (Prefix::parse(prefix), big(number)) {
        (Ok(prefix), Ok(number)) => {
            let most = ones(prefix.hosts());
            // Negative numbers count from the end.
            let distance = if number < 0 { number.unsigned_abs() - 1 } else { number.unsigned_abs() };
            if distance > most {
                let length = prefix.length;
                return Value::error(format!("prefix of {length} does not accommodate a host numbered {number}"));
            }
            let host = if number < 0 { most - distance } else { distance };
            Value::text(show_address(prefix.address | host, prefix.bits))
        }
        (Err(failed), _) | (_, Err(failed)) => failed,
    }
}

pub(super) fn cidrnetmask(arguments: &[Value], _: &Context<'_>) -> Value {
    let [prefix] = arguments else { return super::signature::wrong_count() };
    match Prefix::parse(prefix) {
        Ok(prefix) if prefix.bits == 32 => Value::text(show_address(ones(32) & !ones(prefix.hosts()), 32)),
        Ok(_) => Value::error(format!("IPv6 addresses cannot have a netmask: {}", known(prefix))),
        Err(failed) => failed,
    }
}

pub(super) fn cidrsubnet(arguments: &[Value], _: &Context<'_>) -> Value {
    let [prefix, new_bits, number] = arguments else { return super::signature::wrong_count() };
    let (prefix, new_bits, number) = match (Prefix::parse(prefix), whole(new_bits, "newbits"), big(number)) {
        (Ok(prefix), Ok(new_bits), Ok(number)) => (prefix, new_bits, number),
        (Err(failed), ..) | (_, Err(failed), _) | (_, _, Err(failed)) => return failed,
    };
    let room = i64::from(prefix.hosts());
    let Some(new_bits) = u32::try_from(new_bits).ok().filter(|bits| i64::from(*bits) <= room) else {
        let length = prefix.length;
        return Value::error(format!("insufficient address space to extend prefix of {length} by {new_bits}"));
    };
    match u128::try_from(number) {
        Ok(index) if index <= ones(new_bits) => {
            let length = prefix.length + new_bits;
            let address = prefix.address | index.checked_shl(prefix.bits - length).unwrap_or(0);
            Value::text(Prefix { address, length, ..prefix }.show())
        }
        _ => Value::error(format!("prefix extension of {new_bits} does not accommodate a subnet numbered {number}")),
    }
}

pub(super) fn cidrsubnets(arguments: &[Value], _: &Context<'_>) -> Value {
    let [prefix, lengths @ ..] = arguments else { return super::signature::wrong_count() };
    let prefix = match Prefix::parse(prefix) {
        Ok(prefix) => prefix,
        Err(failed) => return failed,
    };
    let mut made = Vec::with_capacity(lengths.len());
    // The last address that is taken already; before the first, the one in front of the range.
    let mut taken = prefix.address.wrapping_sub(1) & ones(prefix.bits);
    for length in lengths {
        let extension = match whole(length, "newbits") {
            Ok(extension) if extension < 1 => return Value::error("must extend prefix by at least one bit"),
            Ok(extension) if extension > 32 => return Value::error("may not extend prefix by more than 32 bits"),
            Ok(extension) => extension as u32,
            Err(failed) => return failed,
        };
        let length = prefix.length + extension;
        if length > prefix.bits {
            return Value::error(format!("would extend prefix to {length} bits, which is too long for an address"));
        }
        let block = ones(prefix.bits - length);
        let start = (taken | block).wrapping_add(1) & ones(prefix.bits);
        if start == 0 || !prefix.contains(start) {
            return Value::error(format!(
                "not enough remaining address space for a subnet with a prefix of {length} bits"
            ));
        }
        taken = start | block;
        made.push(Value::text(Prefix { address: start, length, ..prefix }.show()));
    }
    Value::list(made)
}

/// OpenTofu's test whether a range holds an address or another range.
pub(super) fn cidrcontains(arguments: &[Value], _: &Context<'_>) -> Value {
    let [outer, inner] = arguments else { return super::signature::wrong_count() };
    let outer = match Prefix::parse(outer) {
        Ok(prefix) => prefix,
        Err(failed) => return failed,
    };
    let (bits, first, last) = match (Prefix::parse(inner), parse_address(&known(inner))) {
        (Ok(inner), _) => (inner.bits, inner.address, inner.last()),
        (_, Some((address, bits))) => (bits, address, address),
        (Err(failed), None) => return failed,
    };
    if bits != outer.bits {
        return Value::error("address family mismatch");
    }
    Value::bool(outer.contains(first) && outer.contains(last))
}
