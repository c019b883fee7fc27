//! Resources read from a plan or state alone.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::record::{Instance, Record};
use super::references::{self, Target};
use super::values::{self, Places, Step};
use crate::graph::{Attribute, Configuration, Dialect, Interest, Resource};
use crate::terraform::resource::identity;
use crate::value::{Formula, HopKind, Reason, ResourceId, Shape, Symbol, SymbolKind, TypeHint, Unknown, Value};

/// Adds what is of interest and not among `found` (addresses) to a unit.
pub fn add(configuration: &mut Configuration, record: &Record<'_>, found: &HashSet<Arc<str>>, interest: Interest<'_>) {
    let mut ids: HashMap<Arc<str>, ResourceId> =
        configuration.iter().map(|(id, resource)| (resource.address.clone(), id)).collect();
    let mut added = Vec::new();
    for instance in record.instances.iter().filter(|instance| !found.contains(&instance.address)) {
        configuration.declared += usize::from(configuration.recorded);
        let Some(wanted) = interest(Dialect::Terraform, &instance.kind) else { continue };
        let id = ResourceId(configuration.resources.len() as u32);
        ids.insert(instance.address.clone(), id);
        added.push((id, instance, wanted));
        configuration.resources.push(Resource {
            dialect: Dialect::Terraform,
            mode: instance.mode,
            kind: instance.kind.clone(),
            name: instance.name.clone(),
            address: instance.address.clone(),
            declaration: super::declaration(instance).into(),
            span: instance.span,
            exists: Formula::True,
            scope: "".into(),
            region: None,
            attributes: Vec::new(),
        });
    }
    let arns = arns(record, &ids);
    for (id, instance, wanted) in added {
        let attributes = attributes(&Configured { record, instance, ids: &ids, arns: &arns }, wanted);
        configuration.resources[id.0 as usize].attributes = attributes;
    }
    if configuration.recorded {
        note_mentions(configuration, record);
    }
}

/// What refers to each declaration. A state does not say, so that anything may be referred to there.
fn note_mentions(configuration: &mut Configuration, record: &Record<'_>) {
    for (module, key, referrer) in references::mentions(record) {
        let declaration = if module.is_empty() { key } else { format!("{module}.{key}") };
        configuration.mentions.entry(declaration.into()).or_default().insert(referrer.into());
    }
    if record.configuration.is_none() {
        for resource in &configuration.resources {
            configuration.mentions.entry(resource.declaration.clone()).or_default().insert("state".into());
        }
    }
}

/// The recorded ARNs of what IAM knows. An ARN means one thing, however it came to where it stands.
fn arns<'d>(record: &Record<'d>, ids: &HashMap<Arc<str>, ResourceId>) -> HashMap<&'d str, Symbol> {
    let document = record.document;
    let arn = |instance: &Instance| {
        let resource = *ids.get(&instance.address).filter(|_| instance.kind.starts_with("aws_iam_"))?;
        let text = document.string(document.get(instance.values?, "arn")?)?;
        Some((text, Symbol { resource, kind: SymbolKind::Arn, attribute: "arn".into() }))
    };
    record.instances.iter().filter_map(arn).collect()
}

fn attributes(places: &Configured<'_, '_>, wanted: &[&'static str]) -> Vec<Attribute> {
    let (document, instance) = (places.record.document, places.instance);
    let mut found = Vec::new();
    for name in wanted {
        let key = [instance.values, instance.unknown].into_iter().flatten().find_map(|node| {
            document.entries(node).map(|(key, _)| key).find(|key| document.string(*key) == Some(*name))
        });
        let Some(value) = values::attribute(document, instance, name, places) else { continue };
        // A plan writes `null`, an empty list or nothing for what the configuration does not set.
        let is_unset = match &value.shape {
            Shape::Null => true,
            Shape::Sequence(_, items) => items.is_empty(),
            _ => false,
        };
        if is_unset {
            continue;
        }
        let key_span = key.map_or(instance.span, |key| document.span(key));
        let span = value.span.unwrap_or(key_span);
        let block = value.as_sequence().is_some_and(|items| items.iter().all(|item| item.as_mapping().is_some()));
        let value = value.via(HopKind::Attribute((*name).into()), span);
        found.push(Attribute { name: (*name).into(), key_span, block, value });
    }
    found
}

/// Places of an instance, with what its configuration says about them.
struct Configured<'r, 'd> {
    record: &'r Record<'d>,
    instance: &'r Instance,
    ids: &'r HashMap<Arc<str>, ResourceId>,
    arns: &'r HashMap<&'d str, Symbol>,
}

impl Configured<'_, '_> {
    fn symbol(&self, target: &Target) -> Option<Symbol> {
        let resource = *self.ids.get(target.address.as_str())?;
        let instance = self.record.get(&target.address)?;
        let kind =
            identity(instance.mode, &instance.kind, &target.attribute).map_or(SymbolKind::Other, |(kind, _)| kind);
        Some(Symbol { resource, kind, attribute: target.attribute.as_str().into() })
    }
}

impl<'d> Places<'d> for Configured<'_, 'd> {
    fn unknown(&self, path: &[Step<'d>]) -> Value {
        if !references::is_configured(self.record, self.instance, path) {
            // Only computed: the configuration says nothing here.
            return Value::null();
        }
        let target = references::target(self.record, self.instance, path);
        let symbol = target.as_ref().and_then(|target| self.symbol(target));
        let (Some(target), Some(symbol)) = (target, symbol) else {
            return Value::unknown(values::after_apply(self.instance, path));
        };
        let reason = Reason::Planned(format!("{}.{}", target.address, target.attribute).into());
        let unknown = Unknown { hint: TypeHint::Any, not_null: true, may: Arc::new([symbol]), ..Unknown::new(reason) };
        Shape::Unknown(Arc::new(unknown)).into()
    }

    /// A text that is the very value of the attribute it comes from is that attribute.
    fn text(&self, path: &[Step<'d>], value: Value) -> Value {
        let is_value = |target: &Target, symbol: &Symbol| {
            let document = self.record.document;
            let argument = if symbol.kind == SymbolKind::Name { "name" } else { &target.attribute };
            let planned = self.record.get(&target.address).and_then(|target| document.get(target.values?, argument));
            planned.and_then(|node| document.string(node)) == value.as_text().as_deref()
        };
        let target = references::target(self.record, self.instance, path);
        let symbol = target.and_then(|target| self.symbol(&target).filter(|symbol| is_value(&target, symbol)));
        let symbol = symbol.filter(|symbol| symbol.kind != SymbolKind::Other);
        let symbol = symbol.or_else(|| self.arns.get(&*value.as_text()?).cloned());
        Value { alias: symbol.map(Arc::new), ..value }
    }
}
