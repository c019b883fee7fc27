//! What each function takes: names and types of parameters as Terraform lists them (`terraform metadata functions`).

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{
    Context, choosing, collection, combine, csv, date, encoding, filesystem, format, hash, identity, json, network,
    numeric, regex, string, yaml, yaml_write,
};
use crate::terraform::convert::convert;
use crate::terraform::types::{Type, parse_text};
use crate::value::{TypeHint, Value};
use Partial::{Opaque, Own};
use Taint::{Deep, None as Unmarked, Shallow};

/// A parameter; arguments are converted to its type.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) ty: Type,
    pub(super) nullable: bool,
}

/// What becomes of the result when not all arguments are known.
#[derive(Clone, Copy)]
pub(super) enum Partial {
    /// The function sees to it.
    Own,
    /// What holds for whatever the unknown texts may be is kept, if only these arguments are known in part.
    Probe(&'static [usize]),
    /// It is unknown.
    Opaque,
}

/// Which marks of the arguments the result gets.
#[derive(Clone, Copy)]
pub(super) enum Taint {
    /// Those of the arguments and of all that is in them.
    Deep,
    /// Those of the arguments; what is in them keeps its own.
    Shallow,
    /// None.
    None,
}

pub(super) type Run = fn(&[Value], &Context<'_>) -> Value;

pub(super) struct Signature {
    pub(super) name: &'static str,
    pub(super) parameters: Vec<Parameter>,
    pub(super) variadic: Option<Parameter>,
    pub(super) returns: TypeHint,
    pub(super) partial: Partial,
    pub(super) taint: Taint,
    pub(super) run: Run,
}

static SIGNATURES: LazyLock<HashMap<&'static str, Signature>> =
    LazyLock::new(|| ROWS.iter().filter_map(read).map(|signature| (signature.name, signature)).collect());

/// The function of this name.
pub(super) fn find(name: &str) -> Option<&'static Signature> {
    SIGNATURES.get(name)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ROWS.iter().filter_map(|row| row.0.split('(').next())
}

fn read((text, partial, taint, run): &Row) -> Option<Signature> {
    let (name, rest) = text.split_once('(')?;
    let (parameters, returns) = rest.rsplit_once(") ")?;
    let mut signature = Signature {
        name,
        parameters: Vec::new(),
        variadic: None,
        returns: parse_text(returns)?.hint(),
        partial: *partial,
        taint: *taint,
        run: *run,
    };
    for parameter in parameters.split(", ").filter(|parameter| !parameter.is_empty()) {
        let (name, ty) = parameter.split_once(": ")?;
        let (variadic, name) = name.strip_prefix("...").map_or((false, name), |name| (true, name));
        let (nullable, name) = name.strip_suffix('?').map_or((false, name), |name| (true, name));
        let parameter = Parameter { name, ty: parse_text(ty)?, nullable };
        if variadic {
            signature.variadic = Some(parameter);
        } else {
            signature.parameters.push(parameter);
        }
    }
    Some(signature)
}

/// The answer to a number of arguments that the check against the signature has let through by mistake.
pub(super) fn wrong_count() -> Value {
    Value::error("wrong number of arguments")
}

fn converted(arguments: &[Value], ty: &Type) -> Value {
    let [value] = arguments else { return wrong_count() };
    let converted = convert(value, ty);
    match &converted.shape {
        crate::value::Shape::Error(message) if !matches!(value.shape, crate::value::Shape::Error(_)) => {
            Value::error(format!("cannot convert to {ty}: {message}"))
        }
        _ => converted,
    }
}

fn tostring(arguments: &[Value], _: &Context<'_>) -> Value {
    converted(arguments, &Type::String)
}

fn tonumber(arguments: &[Value], _: &Context<'_>) -> Value {
    converted(arguments, &Type::Number)
}

fn tobool(arguments: &[Value], _: &Context<'_>) -> Value {
    converted(arguments, &Type::Bool)
}

fn tolist(arguments: &[Value], _: &Context<'_>) -> Value {
    converted(arguments, &Type::list(Type::Any))
}

fn toset(arguments: &[Value], _: &Context<'_>) -> Value {
    converted(arguments, &Type::set(Type::Any))
}

fn tomap(arguments: &[Value], _: &Context<'_>) -> Value {
    converted(arguments, &Type::map(Type::Any))
}

/// A function: what it takes and gives, what becomes of unknown arguments, of marks, and what computes it. A question
/// mark says that a parameter takes null, three dots that it takes any number of arguments.
type Row = (&'static str, Partial, Taint, Run);

const OF_FIRST: Partial = Partial::Probe(&[0]);
const OF_SECOND: Partial = Partial::Probe(&[1]);

static ROWS: &[Row] = &[
    ("abs(num: number) number", Opaque, Deep, numeric::abs),
    ("abspath(path: string) string", Opaque, Deep, filesystem::abspath),
    ("alltrue(list: list(bool)) bool", Own, Deep, collection::alltrue),
    ("anytrue(list: list(bool)) bool", Own, Deep, collection::anytrue),
    ("base64decode(str: string) string", Opaque, Deep, encoding::base64decode),
    ("base64encode(str: string) string", Opaque, Deep, encoding::base64encode),
    ("base64gunzip(str: string) string", Opaque, Deep, encoding::gzip),
    ("base64gzip(str: string) string", Opaque, Deep, encoding::gzip),
    ("base64sha256(str: string) string", Opaque, Deep, hash::base64sha256),
    ("base64sha512(str: string) string", Opaque, Deep, hash::base64sha512),
    ("basename(path: string) string", OF_FIRST, Deep, filesystem::basename),
    ("bcrypt(str: string, ...cost: number) string", Opaque, Deep, hash::bcrypt),
    ("ceil(num: number) number", Opaque, Deep, numeric::ceil),
    ("chomp(str: string) string", OF_FIRST, Deep, string::chomp),
    ("chunklist(list: list, size: number) list", Own, Shallow, collection::chunklist),
    (
        "cidrcontains(containing_prefix: string, contained_ip_or_prefix: string) bool",
        Opaque,
        Deep,
        network::cidrcontains,
    ),
    ("cidrhost(prefix: string, hostnum: number) string", Opaque, Deep, network::cidrhost),
    ("cidrnetmask(prefix: string) string", Opaque, Deep, network::cidrnetmask),
    ("cidrsubnet(prefix: string, newbits: number, netnum: number) string", Opaque, Deep, network::cidrsubnet),
    ("cidrsubnets(prefix: string, ...newbits: number) list", Opaque, Deep, network::cidrsubnets),
    ("coalesce(...vals?: any) any", Own, Deep, choosing::coalesce),
    ("coalescelist(...vals?: any) any", Own, Deep, choosing::coalescelist),
    ("compact(list: list(string)) list", Own, Deep, collection::compact),
    ("concat(...seqs: any) any", Own, Shallow, combine::concat),
    ("contains(list: any, value: any) any", Own, Deep, collection::contains),
    ("csvdecode(str: string) any", Opaque, Deep, csv::csvdecode),
    ("dirname(path: string) string", OF_FIRST, Deep, filesystem::dirname),
    ("distinct(list: list) list", Own, Deep, collection::distinct),
    ("element(list: any, index: number) any", Own, Shallow, choosing::element),
    ("endswith(str: string, suffix: string) bool", OF_FIRST, Deep, string::endswith),
    ("ephemeralasnull(value?: any) any", Own, Unmarked, identity::ephemeralasnull),
    ("file(path: string) string", Opaque, Deep, filesystem::file),
    ("filebase64(path: string) string", Opaque, Deep, filesystem::filebase64),
    ("filebase64sha256(path: string) string", Opaque, Deep, filesystem::filebase64sha256),
    ("filebase64sha512(path: string) string", Opaque, Deep, filesystem::filebase64sha512),
    ("fileexists(path: string) bool", Opaque, Deep, filesystem::fileexists),
    ("filemd5(path: string) string", Opaque, Deep, filesystem::filemd5),
    ("fileset(path: string, pattern: string) list", Opaque, Deep, filesystem::fileset),
    ("filesha1(path: string) string", Opaque, Deep, filesystem::filesha1),
    ("filesha256(path: string) string", Opaque, Deep, filesystem::filesha256),
    ("filesha512(path: string) string", Opaque, Deep, filesystem::filesha512),
    ("flatten(list: any) any", Own, Shallow, combine::flatten),
    ("floor(num: number) number", Opaque, Deep, numeric::floor),
    ("format(format: string, ...args?: any) any", Own, Deep, format::format),
    ("formatdate(format: string, time: string) string", Opaque, Deep, date::formatdate),
    ("formatlist(format: string, ...args?: any) any", Own, Deep, format::formatlist),
    ("indent(spaces: number, str: string) string", OF_SECOND, Deep, string::indent),
    ("index(list: any, value: any) any", Own, Deep, collection::index),
    ("issensitive(value?: any) bool", Own, Unmarked, identity::issensitive),
    ("join(separator: string, ...lists: list(string)) string", Own, Deep, collection::join),
    ("jsondecode(str: string) any", Own, Shallow, json::jsondecode),
    ("jsonencode(val?: any) string", Own, Shallow, json::jsonencode),
    ("keys(inputMap: any) any", Own, Shallow, collection::keys),
    ("length(value: any) number", Own, Shallow, collection::length),
    ("list(...vals?: any) list", Own, Shallow, collection::list),
    ("log(num: number, base: number) number", Opaque, Deep, numeric::log),
    ("lookup(inputMap: any, key: string, ...default?: any) any", Own, Shallow, choosing::lookup),
    ("lower(str: string) string", OF_FIRST, Deep, string::lower),
    ("map(...vals?: any) map", Own, Shallow, collection::map),
    ("matchkeys(values: list, keys: list, searchset: list) list", Own, Deep, combine::matchkeys),
    ("max(...numbers: number) number", Opaque, Deep, numeric::max),
    ("md5(str: string) string", Opaque, Deep, hash::md5),
    ("merge(...maps?: any) any", Own, Shallow, combine::merge),
    ("min(...numbers: number) number", Opaque, Deep, numeric::min),
    ("nonsensitive(value?: any) any", Own, Unmarked, identity::nonsensitive),
    ("one(list: any) any", Own, Deep, choosing::one),
    ("parseint(number: any, base: number) any", Opaque, Deep, numeric::parseint),
    ("pathexpand(path: string) string", Opaque, Deep, filesystem::pathexpand),
    ("plantimestamp() string", Opaque, Deep, hash::plantimestamp),
    ("pow(num: number, power: number) number", Opaque, Deep, numeric::pow),
    (
        "provider::aws::arn_build(partition: string, service: string, region: string, account_id: string, resource: string) string",
        Own,
        Deep,
        identity::arn_build,
    ),
    ("provider::aws::arn_parse(arn: string) map", Own, Deep, identity::arn_parse),
    ("provider::aws::trim_iam_role_path(arn: string) string", OF_FIRST, Deep, identity::trim_iam_role_path),
    ("range(...params: number) list", Opaque, Deep, numeric::range),
    ("regex(pattern: string, string: string) any", OF_SECOND, Deep, regex::regex),
    ("regexall(pattern: string, string: string) list", OF_SECOND, Deep, regex::regexall),
    ("replace(str: string, substr: string, replace: string) string", Partial::Probe(&[0, 2]), Deep, regex::replace),
    ("reverse(list: any) any", Own, Shallow, collection::reverse),
    ("rsadecrypt(ciphertext: string, privatekey: string) string", Opaque, Deep, hash::rsadecrypt),
    ("sensitive(value?: any) any", Own, Deep, identity::sensitive),
    ("setintersection(first_set: set, ...other_sets: set) list", Own, Deep, collection::setintersection),
    ("setproduct(...sets: any) any", Own, Shallow, combine::setproduct),
    ("setsubtract(a: set, b: set) list", Own, Deep, collection::setsubtract),
    ("setunion(first_set: set, ...other_sets: set) list", Own, Deep, collection::setunion),
    ("sha1(str: string) string", Opaque, Deep, hash::sha1),
    ("sha256(str: string) string", Opaque, Deep, hash::sha256),
    ("sha512(str: string) string", Opaque, Deep, hash::sha512),
    ("signum(num: number) number", Opaque, Deep, numeric::signum),
    ("slice(list: any, start_index: number, end_index: number) any", Own, Shallow, collection::slice),
    ("sort(list: list(string)) list", Own, Deep, collection::sort),
    ("split(separator: string, str: string) list", OF_SECOND, Deep, string::split),
    ("startswith(str: string, prefix: string) bool", OF_FIRST, Deep, string::startswith),
    ("strcontains(str: string, substr: string) bool", OF_FIRST, Deep, string::strcontains),
    ("strrev(str: string) string", OF_FIRST, Deep, string::strrev),
    ("substr(str: string, offset: number, length: number) string", OF_FIRST, Deep, string::substr),
    ("sum(list: any) any", Opaque, Deep, collection::sum),
    ("textdecodebase64(source: string, encoding: string) string", Opaque, Deep, encoding::textdecodebase64),
    ("textencodebase64(string: string, encoding: string) string", Opaque, Deep, encoding::textencodebase64),
    ("timeadd(timestamp: string, duration: string) string", Opaque, Deep, date::timeadd),
    ("timecmp(timestamp_a: string, timestamp_b: string) number", Opaque, Deep, date::timecmp),
    ("timestamp() string", Opaque, Deep, hash::timestamp),
    ("title(str: string) string", OF_FIRST, Deep, string::title),
    ("tobool(v?: any) bool", Own, Shallow, tobool),
    ("tolist(v?: any) list", Own, Shallow, tolist),
    ("tomap(v?: any) map", Own, Shallow, tomap),
    ("tonumber(v?: any) number", Own, Shallow, tonumber),
    ("toset(v?: any) list", Own, Shallow, toset),
    ("tostring(v?: any) string", Own, Shallow, tostring),
    ("transpose(values: map(list(string))) map", Opaque, Deep, collection::transpose),
    ("trim(str: string, cutset: string) string", OF_FIRST, Deep, string::trim),
    ("trimprefix(str: string, prefix: string) string", OF_FIRST, Deep, string::trimprefix),
    ("trimspace(str: string) string", OF_FIRST, Deep, string::trimspace),
    ("trimsuffix(str: string, suffix: string) string", OF_FIRST, Deep, string::trimsuffix),
    ("upper(str: string) string", OF_FIRST, Deep, string::upper),
    ("urldecode(str: string) string", OF_FIRST, Deep, encoding::urldecode),
    ("urlencode(str: string) string", OF_FIRST, Deep, encoding::urlencode),
    ("uuid() string", Opaque, Deep, hash::uuid),
    ("uuidv5(namespace: string, name: string) string", Opaque, Deep, hash::uuidv5),
    ("values(mapping: any) any", Own, Shallow, collection::values),
    ("yamldecode(src: string) any", Own, Deep, yaml::yamldecode),
    ("yamlencode(value?: any) string", Opaque, Deep, yaml_write::yamlencode),
    ("zipmap(keys: list(string), values: any) any", Own, Shallow, combine::zipmap),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        assert_eq!(SIGNATURES.len(), ROWS.len());
        assert!(ROWS.is_sorted_by_key(|row| row.0.split('(').next().unwrap_or("")));
        let lookup = find("lookup").unwrap();
        assert_eq!(lookup.parameters.len(), 2);
        assert!(lookup.variadic.as_ref().is_some_and(|parameter| parameter.nullable && parameter.name == "default"));
        assert_eq!(find("join").unwrap().variadic.as_ref().unwrap().ty, Type::list(Type::String));
    }
}
