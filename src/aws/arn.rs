//! ARNs, as text and as text around references.

use crate::value::{Reason, Segment, Shape, Symbol, SymbolKind, Value};

/// A part of an ARN.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Part {
    /// The characters, when all are known.
    pub text: Option<String>,
    /// The reference that the part is, when it is nothing but one.
    pub symbol: Option<Symbol>,
    /// Why the part is not known, when it is nothing but one unknown.
    pub unknown: Option<Reason>,
}

/// What an ARN names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum ArnKind {
    /// A role.
    Role,
    /// A role that a service owns: its path begins with `/aws-service-role/`.
    ServiceLinkedRole,
    /// An instance profile.
    InstanceProfile,
    /// A managed policy.
    Policy,
    /// A user.
    User,
    /// A session of a role: `arn:aws:sts::…:assumed-role/…`.
    AssumedRole,
    /// A whole account: `arn:aws:iam::…:root`.
    Account,
    /// A provider of web or SAML identities.
    IdentityProvider,
    /// Anything else that is known not to be one of these.
    Other,
    /// The part that says it is not known.
    Unknown,
}

impl ArnKind {
    /// Whether it is a role of any kind.
    pub fn is_role(self) -> bool {
        matches!(self, ArnKind::Role | ArnKind::ServiceLinkedRole)
    }

    /// What it is, in words with an article.
    pub fn describe(self) -> &'static str {
        match self {
            ArnKind::Role => "a role",
            ArnKind::ServiceLinkedRole => "a service-linked role",
            ArnKind::InstanceProfile => "an instance profile",
            ArnKind::Policy => "a managed policy",
            ArnKind::User => "a user",
            ArnKind::AssumedRole => "a session of a role",
            ArnKind::Account => "an account",
            ArnKind::IdentityProvider => "an identity provider",
            ArnKind::Other | ArnKind::Unknown => "something else",
        }
    }
}

/// A string that is an ARN for certain, whatever the parts are that are not known.
#[derive(Clone, PartialEq, Debug)]
pub struct ArnLike {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: Part,
    /// `iam`, `sts`.
    pub service: Part,
    /// The region; empty for IAM.
    pub region: Part,
    /// The account, twelve digits.
    pub account: Part,
    /// What it names.
    pub kind: ArnKind,
    /// The path with a slash at both ends; `/` when there is none.
    pub path: Part,
    /// The last part, behind the path.
    pub name: Part,
}

impl ArnLike {
    /// The resource whose ARN this is, put together around a reference to its name: `arn:aws:iam::1234:role/${name}`.
    /// It names that resource only if [`ArnLike::path`] is the resource's own path.
    pub fn constructed(&self) -> Option<&Symbol> {
        self.name.symbol.as_ref().filter(|symbol| symbol.kind == SymbolKind::Name)
    }
}

/// A piece of the text, cut where the parts end.
#[derive(Clone)]
enum Piece {
    Known(String, Option<Symbol>),
    Hole(Option<Symbol>, Option<Reason>),
}

impl Piece {
    /// A value that is not known as text.
    fn hole(value: &Value) -> Piece {
        let reason = match &value.shape {
            Shape::Unknown(unknown) => Some(unknown.reason.clone()),
            _ => None,
        };
        Piece::Hole(value.as_symbol().cloned(), reason)
    }
}

/// Reads a value as an ARN; `None` when it does not begin like one, or is a reference to an attribute that happens to be
/// an ARN, of which nothing is written here.
pub fn of_value(value: &Value) -> Option<ArnLike> {
    let mut pieces = Vec::new();
    match &value.shape {
        Shape::Text(text) => pieces.push(Piece::Known(text.to_string(), None)),
        Shape::Template(segments) => {
            for segment in segments.iter() {
                pieces.push(match segment {
                    Segment::Literal { text, .. } => Piece::Known(text.to_string(), None),
                    Segment::Value(value) => match value.as_text() {
                        Some(text) => Piece::Known(text.into_owned(), value.as_symbol().cloned()),
                        None => Piece::hole(value),
                    },
                });
            }
        }
        Shape::Unknown(unknown) => {
            pieces.push(Piece::Known(unknown.prefix.as_ref()?.to_string(), None));
            pieces.push(Piece::Hole(None, None));
        }
        _ => return None,
    }
    parse(pieces)
}

/// Reads text as an ARN.
pub fn of_text(text: &str) -> Option<ArnLike> {
    parse(vec![Piece::Known(text.to_string(), None)])
}

fn parse(pieces: Vec<Piece>) -> Option<ArnLike> {
    let begins = matches!(pieces.first(), Some(Piece::Known(text, _)) if text.starts_with("arn:"));
    if !begins {
        return None;
    }
    let mut rest = pieces;
    let mut fields = Vec::with_capacity(5);
    let mut cut_off = false;
    for _ in 0..5 {
        match split(&rest, ':') {
            Some((field, behind)) => {
                fields.push(part(&field));
                rest = behind;
            }
            None => {
                // A hole may hold the colons that are missing; without one this is no ARN.
                if !rest.iter().any(|piece| matches!(piece, Piece::Hole(..))) {
                    return None;
                }
                cut_off = true;
                break;
            }
        }
    }
    let mut fields = fields.into_iter().skip(1);
    let mut next = || fields.next().unwrap_or_default();
    let (partition, service, region, account) = (next(), next(), next(), next());
    if cut_off {
        let (kind, path, name) = (ArnKind::Unknown, Part::default(), Part::default());
        return Some(ArnLike { partition, service, region, account, kind, path, name });
    }
    let (kind, path, name) = resource(&service, &rest);
    Some(ArnLike { partition, service, region, account, kind, path, name })
}

fn resource(service: &Part, rest: &[Piece]) -> (ArnKind, Part, Part) {
    let unknown = (ArnKind::Unknown, Part::default(), Part::default());
    let (kind_text, behind) = match split(rest, '/') {
        Some((kind, behind)) => (part(&kind).text, behind),
        None => (part(rest).text, Vec::new()),
    };
    let Some(kind_text) = kind_text else { return unknown };
    let mut kind = match (service.text.as_deref(), &*kind_text) {
        (Some("iam"), "role") => ArnKind::Role,
        (Some("iam"), "instance-profile") => ArnKind::InstanceProfile,
        (Some("iam"), "policy") => ArnKind::Policy,
        (Some("iam"), "user") => ArnKind::User,
        (Some("iam"), "root") => ArnKind::Account,
        (Some("iam"), "oidc-provider" | "saml-provider") => ArnKind::IdentityProvider,
        (Some("sts"), "assumed-role") => ArnKind::AssumedRole,
        (None, _) => return unknown,
        _ => ArnKind::Other,
    };
    let (path, name) = path_and_name(&behind);
    if kind == ArnKind::Role && begins_with(&behind, "aws-service-role/") {
        kind = ArnKind::ServiceLinkedRole;
    }
    (kind, path, name)
}

fn begins_with(pieces: &[Piece], text: &str) -> bool {
    matches!(pieces.first(), Some(Piece::Known(known, _)) if known.starts_with(text))
}

/// Cuts what is behind the type at its last slash. A hole that is no reference may hold slashes itself, so that what
/// stands before it is no more than the beginning of the path.
fn path_and_name(pieces: &[Piece]) -> (Part, Part) {
    let mut path: Vec<Piece> = vec![Piece::Known("/".into(), None)];
    let mut name: Vec<Piece> = pieces.to_vec();
    while let Some((before, behind)) = split(&name, '/') {
        path.extend(before);
        path.push(Piece::Known("/".into(), None));
        name = behind;
    }
    let open = |piece: &Piece| {
        !matches!(piece, Piece::Known(..) | Piece::Hole(Some(Symbol { kind: SymbolKind::Name, .. }), _))
    };
    if name.iter().any(open) {
        return (Part::default(), part(&name));
    }
    (part(&path), part(&name))
}

/// What stands before and behind the first `separator` in the known text.
fn split(pieces: &[Piece], separator: char) -> Option<(Vec<Piece>, Vec<Piece>)> {
    for (index, piece) in pieces.iter().enumerate() {
        let Piece::Known(text, _) = piece else { continue };
        let Some((before, behind)) = text.split_once(separator) else { continue };
        let mut first: Vec<Piece> = pieces.get(..index)?.to_vec();
        if !before.is_empty() {
            first.push(Piece::Known(before.into(), None));
        }
        let mut second = Vec::new();
        if !behind.is_empty() {
            second.push(Piece::Known(behind.into(), None));
        }
        second.extend_from_slice(pieces.get(index + 1..)?);
        return Some((first, second));
    }
    None
}

fn part(pieces: &[Piece]) -> Part {
    let (symbol, unknown) = match pieces {
        [Piece::Known(_, symbol)] => (symbol.clone(), None),
        [Piece::Hole(symbol, reason)] => (symbol.clone(), reason.clone()),
        _ => (None, None),
    };
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Known(known, _) => text.push_str(known),
            Piece::Hole(..) => return Part { text: None, symbol, unknown },
        }
    }
    Part { text: Some(text), symbol, unknown }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::value::{Reason, ResourceId, concatenate};

    fn symbol(kind: SymbolKind) -> Value {
        Value::symbol(Symbol { resource: ResourceId(3), kind, attribute: "name".into() })
    }

    fn hole() -> Value {
        Value::unknown(Reason::LookUp("data.aws_caller_identity.x".into()))
    }

    #[test]
    fn text_is_taken_apart() {
        let cases = [
            ("arn:aws:iam::123456789012:role/web", ArnKind::Role, "/", "web"),
            ("arn:aws-cn:iam::123456789012:role/a/b/web", ArnKind::Role, "/a/b/", "web"),
            ("arn:aws:iam::123456789012:instance-profile/p", ArnKind::InstanceProfile, "/", "p"),
            (
                "arn:aws:iam::123456789012:role/aws-service-role/x.amazonaws.com/R",
                ArnKind::ServiceLinkedRole,
                "/aws-service-role/x.amazonaws.com/",
                "R",
            ),
            ("arn:aws:sts::123456789012:assumed-role/web/session", ArnKind::AssumedRole, "/web/", "session"),
            ("arn:aws:iam::aws:policy/service-role/P", ArnKind::Policy, "/service-role/", "P"),
            ("arn:aws:iam::123456789012:root", ArnKind::Account, "/", ""),
            ("arn:aws:s3:::bucket/key", ArnKind::Other, "/", "key"),
        ];
        for (text, kind, path, name) in cases {
            let arn = of_text(text).unwrap();
            assert_eq!((arn.kind, arn.path.text.as_deref(), arn.name.text.as_deref()), (kind, Some(path), Some(name)));
        }
        for text in ["web", "arn:aws:iam", "role/web", "", "arn:aws:iam::1"] {
            assert_eq!(of_text(text), None, "{text}");
        }
    }

    #[test]
    fn an_arn_around_a_name_is_constructed() {
        let build = |before: &str, value: Value| {
            let account = vec![Value::text("arn:"), hole(), Value::text(":iam::"), hole(), Value::text(before), value];
            of_value(&concatenate(account)).unwrap()
        };
        let arn = build(":role/", symbol(SymbolKind::Name));
        assert_eq!((arn.kind, arn.path.text.as_deref()), (ArnKind::Role, Some("/")));
        assert_eq!(arn.constructed().map(|symbol| symbol.resource), Some(ResourceId(3)));
        let arn = build(":role/app/", symbol(SymbolKind::Name));
        assert_eq!(arn.path.text.as_deref(), Some("/app/"));
        let arn = build(":instance-profile/", hole());
        assert_eq!((arn.kind, arn.path.text.as_deref(), arn.constructed()), (ArnKind::InstanceProfile, None, None));
        let Value { shape, .. } = Value::text("web");
        let named =
            Value { alias: Some(Arc::new(symbol(SymbolKind::Name).as_symbol().unwrap().clone())), ..shape.into() };
        let arn = build(":role/", named);
        assert_eq!(arn.name.text.as_deref(), Some("web"));
        assert!(arn.constructed().is_some());
    }

    #[test]
    fn what_may_hold_colons_leaves_the_kind_open() {
        let arn = of_value(&concatenate(vec![Value::text("arn:aws:"), hole(), Value::text("/web")])).unwrap();
        assert_eq!(arn.kind, ArnKind::Unknown);
        assert_eq!(of_value(&concatenate(vec![hole(), Value::text(":role/web")])), None);
        assert_eq!(of_value(&symbol(SymbolKind::Arn)), None);
    }
}
