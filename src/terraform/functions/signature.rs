//! What each function takes: names and types of parameters as Terraform lists them (`terraform metadata functions`).

use super::{
    Context, choosing, collection, combine, csv, date, encoding, filesystem, format, hash, identity, json, network,
    numeric, regex, string, yaml, yaml_write,
};
use crate::terraform::convert::convert;
use crate::terraform::types::Type;
use crate::value::{TypeHint, Value};

/// What a parameter takes; arguments are converted to it.
#[derive(Clone, Copy)]
pub(super) enum Accepts {
    Any,
    Text,
    Number,
    Texts,
    Bools,
    List,
    Set,
    MapOfTexts,
}

#[derive(Clone, Copy)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    accepts: Accepts,
    pub(super) nullable: bool,
}

impl Parameter {
    pub(super) fn ty(&self) -> Type {
        match self.accepts {
            Accepts::Any => Type::Any,
            Accepts::Text => Type::String,
            Accepts::Number => Type::Number,
            Accepts::Texts => Type::list(Type::String),
            Accepts::Bools => Type::list(Type::Bool),
            Accepts::List => Type::list(Type::Any),
            Accepts::Set => Type::set(Type::Any),
            Accepts::MapOfTexts => Type::map(Type::list(Type::String)),
        }
    }
}

/// What becomes of the result when not all arguments are known.
#[derive(Clone, Copy)]
pub(super) enum Partial {
    /// The function sees to it.
    Own,
    /// What holds for whatever the unknown texts may be is kept.
    Probe,
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
    pub(super) parameters: &'static [Parameter],
    pub(super) variadic: Option<Parameter>,
    pub(super) returns: TypeHint,
    pub(super) partial: Partial,
    pub(super) taint: Taint,
    pub(super) run: Run,
}

/// The function of this name.
pub(super) fn find(name: &str) -> Option<&'static Signature> {
    let index = SIGNATURES.binary_search_by(|signature| signature.name.cmp(name)).ok()?;
    SIGNATURES.get(index)
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

const fn plain(name: &'static str, accepts: Accepts) -> Parameter {
    Parameter { name, accepts, nullable: false }
}

const fn nullable(name: &'static str, accepts: Accepts) -> Parameter {
    Parameter { name, accepts, nullable: true }
}

const fn row(
    name: &'static str,
    parameters: &'static [Parameter],
    variadic: Option<Parameter>,
    returns: TypeHint,
    partial: Partial,
    taint: Taint,
    run: Run,
) -> Signature {
    Signature { name, parameters, variadic, returns, partial, taint, run }
}

/// In byte order of names.
static SIGNATURES: &[Signature] = &[
    row("abs", &[plain("num", Accepts::Number)], None, TypeHint::Number, Partial::Opaque, Taint::Deep, numeric::abs),
    row(
        "abspath",
        &[plain("path", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        filesystem::abspath,
    ),
    row(
        "alltrue",
        &[plain("list", Accepts::Bools)],
        None,
        TypeHint::Bool,
        Partial::Own,
        Taint::Deep,
        collection::alltrue,
    ),
    row(
        "anytrue",
        &[plain("list", Accepts::Bools)],
        None,
        TypeHint::Bool,
        Partial::Own,
        Taint::Deep,
        collection::anytrue,
    ),
    row(
        "base64decode",
        &[plain("str", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        encoding::base64decode,
    ),
    row(
        "base64encode",
        &[plain("str", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        encoding::base64encode,
    ),
    row(
        "base64gunzip",
        &[plain("str", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        encoding::gzip,
    ),
    row(
        "base64gzip",
        &[plain("str", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        encoding::gzip,
    ),
    row(
        "base64sha256",
        &[plain("str", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        hash::base64sha256,
    ),
    row(
        "base64sha512",
        &[plain("str", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        hash::base64sha512,
    ),
    row(
        "basename",
        &[plain("path", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Probe,
        Taint::Deep,
        filesystem::basename,
    ),
    row(
        "bcrypt",
        &[plain("str", Accepts::Text)],
        Some(plain("cost", Accepts::Number)),
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        hash::bcrypt,
    ),
    row("ceil", &[plain("num", Accepts::Number)], None, TypeHint::Number, Partial::Opaque, Taint::Deep, numeric::ceil),
    row("chomp", &[plain("str", Accepts::Text)], None, TypeHint::String, Partial::Probe, Taint::Deep, string::chomp),
    row(
        "chunklist",
        &[plain("list", Accepts::List), plain("size", Accepts::Number)],
        None,
        TypeHint::Sequence,
        Partial::Own,
        Taint::Shallow,
        collection::chunklist,
    ),
    row(
        "cidrcontains",
        &[plain("containing_prefix", Accepts::Text), plain("contained_ip_or_prefix", Accepts::Text)],
        None,
        TypeHint::Bool,
        Partial::Opaque,
        Taint::Deep,
        network::cidrcontains,
    ),
    row(
        "cidrhost",
        &[plain("prefix", Accepts::Text), plain("hostnum", Accepts::Number)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        network::cidrhost,
    ),
    row(
        "cidrnetmask",
        &[plain("prefix", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        network::cidrnetmask,
    ),
    row(
        "cidrsubnet",
        &[plain("prefix", Accepts::Text), plain("newbits", Accepts::Number), plain("netnum", Accepts::Number)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        network::cidrsubnet,
    ),
    row(
        "cidrsubnets",
        &[plain("prefix", Accepts::Text)],
        Some(plain("newbits", Accepts::Number)),
        TypeHint::Sequence,
        Partial::Opaque,
        Taint::Deep,
        network::cidrsubnets,
    ),
    row(
        "coalesce",
        &[],
        Some(nullable("vals", Accepts::Any)),
        TypeHint::Any,
        Partial::Own,
        Taint::Deep,
        choosing::coalesce,
    ),
    row(
        "coalescelist",
        &[],
        Some(nullable("vals", Accepts::Any)),
        TypeHint::Any,
        Partial::Own,
        Taint::Deep,
        choosing::coalescelist,
    ),
    row(
        "compact",
        &[plain("list", Accepts::Texts)],
        None,
        TypeHint::Sequence,
        Partial::Own,
        Taint::Deep,
        collection::compact,
    ),
    row("concat", &[], Some(plain("seqs", Accepts::Any)), TypeHint::Any, Partial::Own, Taint::Shallow, combine::concat),
    row(
        "contains",
        &[plain("list", Accepts::Any), plain("value", Accepts::Any)],
        None,
        TypeHint::Any,
        Partial::Own,
        Taint::Deep,
        collection::contains,
    ),
    row("csvdecode", &[plain("str", Accepts::Text)], None, TypeHint::Any, Partial::Opaque, Taint::Deep, csv::csvdecode),
    row(
        "dirname",
        &[plain("path", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Probe,
        Taint::Deep,
        filesystem::dirname,
    ),
    row(
        "distinct",
        &[plain("list", Accepts::List)],
        None,
        TypeHint::Sequence,
        Partial::Own,
        Taint::Deep,
        collection::distinct,
    ),
    row(
        "element",
        &[plain("list", Accepts::Any), plain("index", Accepts::Number)],
        None,
        TypeHint::Any,
        Partial::Own,
        Taint::Shallow,
        choosing::element,
    ),
    row(
        "endswith",
        &[plain("str", Accepts::Text), plain("suffix", Accepts::Text)],
        None,
        TypeHint::Bool,
        Partial::Probe,
        Taint::Deep,
        string::endswith,
    ),
    row(
        "ephemeralasnull",
        &[nullable("value", Accepts::Any)],
        None,
        TypeHint::Any,
        Partial::Own,
        Taint::Deep,
        identity::ephemeralasnull,
    ),
    row(
        "file",
        &[plain("path", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        filesystem::file,
    ),
    row(
        "filebase64",
        &[plain("path", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        filesystem::filebase64,
    ),
    row(
        "filebase64sha256",
        &[plain("path", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        filesystem::filebase64sha256,
    ),
    row(
        "filebase64sha512",
        &[plain("path", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        filesystem::filebase64sha512,
    ),
    row(
        "fileexists",
        &[plain("path", Accepts::Text)],
        None,
        TypeHint::Bool,
        Partial::Opaque,
        Taint::Deep,
        filesystem::fileexists,
    ),
    row(
        "filemd5",
        &[plain("path", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        filesystem::filemd5,
    ),
    row(
        "fileset",
        &[plain("path", Accepts::Text), plain("pattern", Accepts::Text)],
        None,
        TypeHint::Sequence,
        Partial::Opaque,
        Taint::Deep,
        filesystem::fileset,
    ),
    row(
        "filesha1",
        &[plain("path", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        filesystem::filesha1,
    ),
    row(
        "filesha256",
        &[plain("path", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        filesystem::filesha256,
    ),
    row(
        "filesha512",
        &[plain("path", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        filesystem::filesha512,
    ),
    row("flatten", &[plain("list", Accepts::Any)], None, TypeHint::Any, Partial::Own, Taint::Shallow, combine::flatten),
    row(
        "floor",
        &[plain("num", Accepts::Number)],
        None,
        TypeHint::Number,
        Partial::Opaque,
        Taint::Deep,
        numeric::floor,
    ),
    row(
        "format",
        &[plain("format", Accepts::Text)],
        Some(nullable("args", Accepts::Any)),
        TypeHint::Any,
        Partial::Own,
        Taint::Deep,
        format::format,
    ),
    row(
        "formatdate",
        &[plain("format", Accepts::Text), plain("time", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        date::formatdate,
    ),
    row(
        "formatlist",
        &[plain("format", Accepts::Text)],
        Some(nullable("args", Accepts::Any)),
        TypeHint::Any,
        Partial::Own,
        Taint::Deep,
        format::formatlist,
    ),
    row(
        "indent",
        &[plain("spaces", Accepts::Number), plain("str", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Probe,
        Taint::Deep,
        string::indent,
    ),
    row(
        "index",
        &[plain("list", Accepts::Any), plain("value", Accepts::Any)],
        None,
        TypeHint::Any,
        Partial::Own,
        Taint::Deep,
        collection::index,
    ),
    row(
        "issensitive",
        &[nullable("value", Accepts::Any)],
        None,
        TypeHint::Bool,
        Partial::Own,
        Taint::None,
        identity::issensitive,
    ),
    row(
        "join",
        &[plain("separator", Accepts::Text)],
        Some(plain("lists", Accepts::Texts)),
        TypeHint::String,
        Partial::Own,
        Taint::Deep,
        collection::join,
    ),
    row(
        "jsondecode",
        &[plain("str", Accepts::Text)],
        None,
        TypeHint::Any,
        Partial::Own,
        Taint::Shallow,
        json::jsondecode,
    ),
    row(
        "jsonencode",
        &[nullable("val", Accepts::Any)],
        None,
        TypeHint::String,
        Partial::Own,
        Taint::Shallow,
        json::jsonencode,
    ),
    row(
        "keys",
        &[plain("inputMap", Accepts::Any)],
        None,
        TypeHint::Any,
        Partial::Own,
        Taint::Shallow,
        collection::keys,
    ),
    row(
        "length",
        &[plain("value", Accepts::Any)],
        None,
        TypeHint::Number,
        Partial::Own,
        Taint::Shallow,
        collection::length,
    ),
    row(
        "list",
        &[],
        Some(nullable("vals", Accepts::Any)),
        TypeHint::Sequence,
        Partial::Own,
        Taint::Shallow,
        collection::list,
    ),
    row(
        "log",
        &[plain("num", Accepts::Number), plain("base", Accepts::Number)],
        None,
        TypeHint::Number,
        Partial::Opaque,
        Taint::Deep,
        numeric::log,
    ),
    row(
        "lookup",
        &[plain("inputMap", Accepts::Any), plain("key", Accepts::Text)],
        Some(nullable("default", Accepts::Any)),
        TypeHint::Any,
        Partial::Own,
        Taint::Shallow,
        choosing::lookup,
    ),
    row("lower", &[plain("str", Accepts::Text)], None, TypeHint::String, Partial::Probe, Taint::Deep, string::lower),
    row(
        "map",
        &[],
        Some(nullable("vals", Accepts::Any)),
        TypeHint::Mapping,
        Partial::Own,
        Taint::Shallow,
        collection::map,
    ),
    row(
        "matchkeys",
        &[plain("values", Accepts::List), plain("keys", Accepts::List), plain("searchset", Accepts::List)],
        None,
        TypeHint::Sequence,
        Partial::Own,
        Taint::Deep,
        combine::matchkeys,
    ),
    row(
        "max",
        &[],
        Some(plain("numbers", Accepts::Number)),
        TypeHint::Number,
        Partial::Opaque,
        Taint::Deep,
        numeric::max,
    ),
    row("md5", &[plain("str", Accepts::Text)], None, TypeHint::String, Partial::Opaque, Taint::Deep, hash::md5),
    row(
        "merge",
        &[],
        Some(nullable("maps", Accepts::Any)),
        TypeHint::Any,
        Partial::Own,
        Taint::Shallow,
        combine::merge,
    ),
    row(
        "min",
        &[],
        Some(plain("numbers", Accepts::Number)),
        TypeHint::Number,
        Partial::Opaque,
        Taint::Deep,
        numeric::min,
    ),
    row(
        "nonsensitive",
        &[nullable("value", Accepts::Any)],
        None,
        TypeHint::Any,
        Partial::Own,
        Taint::None,
        identity::nonsensitive,
    ),
    row("one", &[plain("list", Accepts::Any)], None, TypeHint::Any, Partial::Own, Taint::Deep, choosing::one),
    row(
        "parseint",
        &[plain("number", Accepts::Any), plain("base", Accepts::Number)],
        None,
        TypeHint::Any,
        Partial::Opaque,
        Taint::Deep,
        numeric::parseint,
    ),
    row(
        "pathexpand",
        &[plain("path", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        filesystem::pathexpand,
    ),
    row("plantimestamp", &[], None, TypeHint::String, Partial::Opaque, Taint::Deep, hash::plantimestamp),
    row(
        "pow",
        &[plain("num", Accepts::Number), plain("power", Accepts::Number)],
        None,
        TypeHint::Number,
        Partial::Opaque,
        Taint::Deep,
        numeric::pow,
    ),
    row(
        "provider::aws::arn_build",
        &[
            plain("partition", Accepts::Text),
            plain("service", Accepts::Text),
            plain("region", Accepts::Text),
            plain("account_id", Accepts::Text),
            plain("resource", Accepts::Text),
        ],
        None,
        TypeHint::String,
        Partial::Own,
        Taint::Deep,
        identity::arn_build,
    ),
    row(
        "provider::aws::arn_parse",
        &[plain("arn", Accepts::Text)],
        None,
        TypeHint::Mapping,
        Partial::Own,
        Taint::Deep,
        identity::arn_parse,
    ),
    row(
        "provider::aws::trim_iam_role_path",
        &[plain("arn", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Probe,
        Taint::Deep,
        identity::trim_iam_role_path,
    ),
    row(
        "range",
        &[],
        Some(plain("params", Accepts::Number)),
        TypeHint::Sequence,
        Partial::Opaque,
        Taint::Deep,
        numeric::range,
    ),
    row(
        "regex",
        &[plain("pattern", Accepts::Text), plain("string", Accepts::Text)],
        None,
        TypeHint::Any,
        Partial::Probe,
        Taint::Deep,
        regex::regex,
    ),
    row(
        "regexall",
        &[plain("pattern", Accepts::Text), plain("string", Accepts::Text)],
        None,
        TypeHint::Sequence,
        Partial::Probe,
        Taint::Deep,
        regex::regexall,
    ),
    row(
        "replace",
        &[plain("str", Accepts::Text), plain("substr", Accepts::Text), plain("replace", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Probe,
        Taint::Deep,
        regex::replace,
    ),
    row(
        "reverse",
        &[plain("list", Accepts::Any)],
        None,
        TypeHint::Any,
        Partial::Own,
        Taint::Shallow,
        collection::reverse,
    ),
    row(
        "rsadecrypt",
        &[plain("ciphertext", Accepts::Text), plain("privatekey", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        hash::rsadecrypt,
    ),
    row(
        "sensitive",
        &[nullable("value", Accepts::Any)],
        None,
        TypeHint::Any,
        Partial::Own,
        Taint::Deep,
        identity::sensitive,
    ),
    row(
        "setintersection",
        &[plain("first_set", Accepts::Set)],
        Some(plain("other_sets", Accepts::Set)),
        TypeHint::Sequence,
        Partial::Own,
        Taint::Deep,
        collection::setintersection,
    ),
    row(
        "setproduct",
        &[],
        Some(plain("sets", Accepts::Any)),
        TypeHint::Any,
        Partial::Own,
        Taint::Shallow,
        combine::setproduct,
    ),
    row(
        "setsubtract",
        &[plain("a", Accepts::Set), plain("b", Accepts::Set)],
        None,
        TypeHint::Sequence,
        Partial::Own,
        Taint::Deep,
        collection::setsubtract,
    ),
    row(
        "setunion",
        &[plain("first_set", Accepts::Set)],
        Some(plain("other_sets", Accepts::Set)),
        TypeHint::Sequence,
        Partial::Own,
        Taint::Deep,
        collection::setunion,
    ),
    row("sha1", &[plain("str", Accepts::Text)], None, TypeHint::String, Partial::Opaque, Taint::Deep, hash::sha1),
    row("sha256", &[plain("str", Accepts::Text)], None, TypeHint::String, Partial::Opaque, Taint::Deep, hash::sha256),
    row("sha512", &[plain("str", Accepts::Text)], None, TypeHint::String, Partial::Opaque, Taint::Deep, hash::sha512),
    row(
        "signum",
        &[plain("num", Accepts::Number)],
        None,
        TypeHint::Number,
        Partial::Opaque,
        Taint::Deep,
        numeric::signum,
    ),
    row(
        "slice",
        &[plain("list", Accepts::Any), plain("start_index", Accepts::Number), plain("end_index", Accepts::Number)],
        None,
        TypeHint::Any,
        Partial::Own,
        Taint::Shallow,
        collection::slice,
    ),
    row(
        "sort",
        &[plain("list", Accepts::Texts)],
        None,
        TypeHint::Sequence,
        Partial::Own,
        Taint::Deep,
        collection::sort,
    ),
    row(
        "split",
        &[plain("separator", Accepts::Text), plain("str", Accepts::Text)],
        None,
        TypeHint::Sequence,
        Partial::Probe,
        Taint::Deep,
        string::split,
    ),
    row(
        "startswith",
        &[plain("str", Accepts::Text), plain("prefix", Accepts::Text)],
        None,
        TypeHint::Bool,
        Partial::Probe,
        Taint::Deep,
        string::startswith,
    ),
    row(
        "strcontains",
        &[plain("str", Accepts::Text), plain("substr", Accepts::Text)],
        None,
        TypeHint::Bool,
        Partial::Probe,
        Taint::Deep,
        string::strcontains,
    ),
    row("strrev", &[plain("str", Accepts::Text)], None, TypeHint::String, Partial::Probe, Taint::Deep, string::strrev),
    row(
        "substr",
        &[plain("str", Accepts::Text), plain("offset", Accepts::Number), plain("length", Accepts::Number)],
        None,
        TypeHint::String,
        Partial::Probe,
        Taint::Deep,
        string::substr,
    ),
    row("sum", &[plain("list", Accepts::Any)], None, TypeHint::Any, Partial::Opaque, Taint::Deep, collection::sum),
    row(
        "textdecodebase64",
        &[plain("source", Accepts::Text), plain("encoding", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        encoding::textdecodebase64,
    ),
    row(
        "textencodebase64",
        &[plain("string", Accepts::Text), plain("encoding", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        encoding::textencodebase64,
    ),
    row(
        "timeadd",
        &[plain("timestamp", Accepts::Text), plain("duration", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        date::timeadd,
    ),
    row(
        "timecmp",
        &[plain("timestamp_a", Accepts::Text), plain("timestamp_b", Accepts::Text)],
        None,
        TypeHint::Number,
        Partial::Opaque,
        Taint::Deep,
        date::timecmp,
    ),
    row("timestamp", &[], None, TypeHint::String, Partial::Opaque, Taint::Deep, hash::timestamp),
    row("title", &[plain("str", Accepts::Text)], None, TypeHint::String, Partial::Probe, Taint::Deep, string::title),
    row("tobool", &[nullable("v", Accepts::Any)], None, TypeHint::Bool, Partial::Own, Taint::Shallow, tobool),
    row("tolist", &[nullable("v", Accepts::Any)], None, TypeHint::Sequence, Partial::Own, Taint::Shallow, tolist),
    row("tomap", &[nullable("v", Accepts::Any)], None, TypeHint::Mapping, Partial::Own, Taint::Shallow, tomap),
    row("tonumber", &[nullable("v", Accepts::Any)], None, TypeHint::Number, Partial::Own, Taint::Shallow, tonumber),
    row("toset", &[nullable("v", Accepts::Any)], None, TypeHint::Sequence, Partial::Own, Taint::Shallow, toset),
    row("tostring", &[nullable("v", Accepts::Any)], None, TypeHint::String, Partial::Own, Taint::Shallow, tostring),
    row(
        "transpose",
        &[plain("values", Accepts::MapOfTexts)],
        None,
        TypeHint::Mapping,
        Partial::Opaque,
        Taint::Deep,
        collection::transpose,
    ),
    row(
        "trim",
        &[plain("str", Accepts::Text), plain("cutset", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Probe,
        Taint::Deep,
        string::trim,
    ),
    row(
        "trimprefix",
        &[plain("str", Accepts::Text), plain("prefix", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Probe,
        Taint::Deep,
        string::trimprefix,
    ),
    row(
        "trimspace",
        &[plain("str", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Probe,
        Taint::Deep,
        string::trimspace,
    ),
    row(
        "trimsuffix",
        &[plain("str", Accepts::Text), plain("suffix", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Probe,
        Taint::Deep,
        string::trimsuffix,
    ),
    row("upper", &[plain("str", Accepts::Text)], None, TypeHint::String, Partial::Probe, Taint::Deep, string::upper),
    row(
        "urldecode",
        &[plain("str", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Probe,
        Taint::Deep,
        encoding::urldecode,
    ),
    row(
        "urlencode",
        &[plain("str", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Probe,
        Taint::Deep,
        encoding::urlencode,
    ),
    row("uuid", &[], None, TypeHint::String, Partial::Opaque, Taint::Deep, hash::uuid),
    row(
        "uuidv5",
        &[plain("namespace", Accepts::Text), plain("name", Accepts::Text)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        hash::uuidv5,
    ),
    row(
        "values",
        &[plain("mapping", Accepts::Any)],
        None,
        TypeHint::Any,
        Partial::Own,
        Taint::Shallow,
        collection::values,
    ),
    row(
        "yamldecode",
        &[plain("src", Accepts::Text)],
        None,
        TypeHint::Any,
        Partial::Opaque,
        Taint::Deep,
        yaml::yamldecode,
    ),
    row(
        "yamlencode",
        &[nullable("value", Accepts::Any)],
        None,
        TypeHint::String,
        Partial::Opaque,
        Taint::Deep,
        yaml_write::yamlencode,
    ),
    row(
        "zipmap",
        &[plain("keys", Accepts::Texts), plain("values", Accepts::Any)],
        None,
        TypeHint::Any,
        Partial::Own,
        Taint::Shallow,
        combine::zipmap,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_in_order() {
        assert!(SIGNATURES.is_sorted_by(|a, b| a.name < b.name));
    }
}
