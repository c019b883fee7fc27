//! What a value in a slot means: a role or instance profile that is declared here, by reference or by name, or something
//! else.

use std::sync::Arc;

use super::text::same_text;
use super::{Linked, Means, SameName};
use crate::aws::arn::{self, ArnLike};
use crate::aws::identity::{Identity, is_placeholder};
use crate::aws::slots::Slot;
use crate::graph::{Confidence, Mode, Resource};
use crate::value::choice;
use crate::value::{Reason, ResourceId, Segment, Shape, Symbol, SymbolKind, Value};

impl Linked<'_> {
    /// What a value in a slot of `user` means.
    pub(super) fn means(&self, value: &Value, user: &Resource, slot: &Slot) -> Means {
        let wanted = if slot.wants.takes_profile() { Identity::InstanceProfile } else { Identity::Role };
        if let Some(symbol) = value.as_symbol() {
            if let Some(namesake) = self.namesake(symbol, wanted).filter(|_| slot.wants.accepts_name()) {
                return Means::Identity {
                    resource: namesake,
                    identity: wanted,
                    form: SymbolKind::Name,
                    confidence: Confidence::ByName,
                };
            }
            return match self.identity(symbol.resource) {
                Some(identity) if symbol.kind != SymbolKind::Other => Means::Identity {
                    resource: symbol.resource,
                    identity,
                    form: symbol.kind,
                    confidence: Confidence::Exact,
                },
                Some(_) => Means::Open(Reason::AfterApply(self.attribute_address(value).into())),
                None => Means::Other(symbol.resource),
            };
        }
        if let Shape::Resource(id) = value.shape {
            return match self.identity(id) {
                Some(identity) => {
                    Means::Identity { resource: id, identity, form: SymbolKind::Other, confidence: Confidence::Exact }
                }
                None => Means::Other(id),
            };
        }
        if let Some(arn) = arn::of_value(value) {
            return self.meant_by_arn(arn, user);
        }
        if let Some(means) = self.planned(value, slot) {
            return means;
        }
        match value.as_text() {
            Some(text) if text.is_empty() => Means::Empty,
            Some(text) if is_placeholder(&text) => Means::Open(Reason::Variable(text.into())),
            Some(text) => match self.named(&text, wanted, &user.scope) {
                Some(resource) => Means::Identity {
                    resource,
                    identity: wanted,
                    form: SymbolKind::Name,
                    confidence: Confidence::ByName,
                },
                None => Means::Name(text.into_owned()),
            },
            None => match self.named_like(value, wanted, &user.scope) {
                Some(resource) => Means::Identity {
                    resource,
                    identity: wanted,
                    form: SymbolKind::Name,
                    confidence: Confidence::ByName,
                },
                None => Means::Open(self.why_open(value)),
            },
        }
    }

    /// The profile that has the very name of the role referred to, where a profile is wanted, and the reverse. The value is
    /// right then: only the reference is to the wrong one of the two.
    fn namesake(&self, symbol: &Symbol, wanted: Identity) -> Option<ResourceId> {
        let identity = self.identity(symbol.resource)?;
        let carried = matches!(identity, Identity::Role | Identity::InstanceProfile);
        if !carried || identity == wanted || symbol.kind != SymbolKind::Name {
            return None;
        }
        let scope = &self.configuration.resource(symbol.resource).scope;
        let name = self.name_of(symbol.resource).and_then(Value::as_text);
        let named = name.map_or(&[][..], |name| self.namesakes(wanted, &name));
        let open = self.index.open_names.get(&wanted).map_or(&[][..], Vec::as_slice);
        let is_same = |id: &ResourceId| {
            self.configuration.resource(*id).scope == *scope && self.same_name(*id, symbol.resource) == SameName::Yes
        };
        named.iter().chain(open).copied().filter(is_same).min()
    }

    /// What a plan shows of an expression is the attribute it refers to. One of the form that the slot wants is taken to
    /// be what stands there; one of another form may as well be a part of a longer text.
    fn planned(&self, value: &Value, slot: &Slot) -> Option<Means> {
        let Shape::Unknown(unknown) = &value.shape else { return None };
        let (Reason::Planned(_), [symbol]) = (&unknown.reason, &*unknown.may) else { return None };
        let fits = match symbol.kind {
            SymbolKind::Name => slot.wants.accepts_name(),
            SymbolKind::Arn => slot.wants.accepts_arn(),
            SymbolKind::UniqueId | SymbolKind::Other => false,
        };
        let identity = self.identity(symbol.resource).filter(|_| fits)?;
        let (resource, form) = (symbol.resource, symbol.kind);
        Some(Means::Identity { resource, identity, form, confidence: Confidence::Constructed })
    }

    /// The one resource of a kind whose name is not known as a whole, but is written as `value` is: `${var.n}-profile`.
    fn named_like(&self, value: &Value, wanted: Identity, scope: &str) -> Option<ResourceId> {
        let same = |id: &&ResourceId| {
            let resource = self.configuration.resource(**id);
            let name = self.name_of(**id);
            *resource.scope == *scope && name.is_some_and(|name| same_text(name, value) == SameName::Yes)
        };
        let mut found = self.index.open_names.get(&wanted)?.iter().filter(same);
        let first = found.next().copied()?;
        found.next().is_none().then_some(first)
    }

    fn attribute_address(&self, value: &Value) -> String {
        match value.as_symbol() {
            Some(symbol) => format!("{}.{}", self.configuration.resource(symbol.resource).address, symbol.attribute),
            None => String::new(),
        }
    }

    /// Why a value is not known, with references by their full address.
    fn why_open(&self, value: &Value) -> Reason {
        let symbol = match &value.shape {
            Shape::Template(segments) => segments.iter().find_map(|segment| match segment {
                Segment::Value(value) if value.as_text().is_none() => Some(value),
                _ => None,
            }),
            _ => None,
        };
        match symbol {
            Some(Value { shape: Shape::Symbol(symbol), .. }) => self.with_address(value, symbol.attribute.clone()),
            _ => match choice::first_reason(value) {
                Some(Reason::AfterApply(attribute)) => self.with_address(value, attribute),
                reason => reason.unwrap_or(Reason::DependsOn("a value that is not text".into())),
            },
        }
    }

    /// The reason that an attribute is not known, with the resource that it belongs to, as far as that is still known.
    fn with_address(&self, value: &Value, attribute: Arc<str>) -> Reason {
        let mut symbols = Vec::new();
        choice::collect_symbols(value, &mut symbols);
        let symbol = symbols.iter().find(|symbol| symbol.attribute == attribute);
        let Some(resource) = symbol.map(|symbol| self.configuration.resource(symbol.resource)) else {
            return Reason::AfterApply(attribute);
        };
        match resource.mode {
            Mode::Data => Reason::LookUp(resource.address.clone()),
            Mode::Managed => Reason::AfterApply(format!("{}.{attribute}", resource.address).into()),
        }
    }

    fn meant_by_arn(&self, arn: ArnLike, user: &Resource) -> Means {
        match self.of_arn(&arn, &user.scope) {
            Some((resource, identity)) => {
                Means::Identity { resource, identity, form: SymbolKind::Arn, confidence: Confidence::Constructed }
            }
            None => Means::Arn(Box::new(arn)),
        }
    }
}
