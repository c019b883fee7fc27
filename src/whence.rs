//! What would decide an undecided chain: the value that is missing, and where it would have to come from.

use crate::files::{File, Files};
use crate::graph::{Dialect, Mode, Resource};
use crate::link::{Linked, SlotUse};
use crate::syntax::{Document, Node};
use crate::text::{SourceId, Span};
use crate::value::{HopKind, Reason, Segment, Shape, Value, choice};

/// The value that is missing.
#[derive(Clone, PartialEq, Debug)]
pub struct Missing {
    /// What it is and how it could be given, as words: `var.profile decides it: give it a value with --var profile=…`.
    pub text: String,
    /// Where it is declared, or would be read.
    pub span: Span,
}

/// What is missing for a value that is not known for `reason`, and that `user` gets in the way `value` shows. `None` where
/// the code has no place for it.
pub(crate) fn missing(linked: &Linked<'_>, user: &Resource, value: &Value, reason: &Reason) -> Option<Missing> {
    let configuration = linked.configuration;
    let outermost = value.path.iter().flat_map(|path| path.steps()).filter_map(|hop| match hop.kind {
        HopKind::ModuleArgument { .. } => Some(hop.span.source),
        _ => None,
    });
    let root = outermost.last().unwrap_or(user.span.source);
    let here = value.span.or_else(|| value.path.as_ref().map(|hop| hop.span));
    let at = |span: Option<Span>, text: String| Some(Missing { text, span: span? });
    match reason {
        Reason::Variable(name) if user.dialect == Dialect::CloudFormation => {
            let document = linked.files.document(user.span.source)?;
            let declared = parameter(&document, name);
            let how = match declared {
                Some(_) => {
                    format!("the parameter {name} decides it: give it a value with --var {name}=… or --parameters")
                }
                None => format!("{name} is known when the stack is deployed: give it with --var {name}=…"),
            };
            at(declared.or(here), how)
        }
        Reason::Variable(name) => {
            let short = name.strip_prefix("var.").unwrap_or(name);
            let declared = block(linked.files, root, &["variable", short]);
            at(declared.or(here), format!("{name} decides it: give it a value with --var {short}=… or a variable file"))
        }
        Reason::ModuleNotFound(address) => {
            let call = configuration.module_calls.iter().find(|call| call.address == *address)?;
            let text = match &*call.source {
                "" => format!("{address} decides it, and its source is not known"),
                // Which version of it is deployed is told by the registry alone, also where a fragment lies beside.
                source if source.ends_with("::MODULE") => {
                    format!("{address} decides it, a module ({source}) that is in the registry of the account")
                }
                source => format!(
                    "{address} decides it, which is made from {source}: name a local copy of that under modules in \
                     .rolecall.yaml"
                ),
            };
            at(Some(call.span), text)
        }
        Reason::LookUp(address) | Reason::AfterApply(address) => {
            let declares = |resource: &&Resource| {
                let rest = |whole: &str| address.strip_prefix(whole).map(str::to_string);
                let rest = rest(&resource.address).or_else(|| rest(&resource.declaration));
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            };
            let declared = configuration.resources.iter().find(declares).map(|resource| resource.span);
            let declared = declared.or_else(|| {
                let (kind, name) = address.strip_prefix("data.")?.split_once('.')?;
                block(linked.files, root, &["data", kind, name])
            });
            let text = match reason {
                Reason::LookUp(_) => format!("{address} decides it, which only the account can answer"),
                _ => format!("{address} decides it, which AWS makes up on creation"),
            };
            at(declared.or(here), text)
        }
        Reason::File(path) => at(here, format!("the file {path} decides it, which is not there or was not read")),
        Reason::Import(name) => at(here, format!("the export {name} decides it, which no template here has")),
        Reason::Transform(name) => at(here, format!("the transform {name} decides it, which runs on deployment")),
        Reason::DependsOn(what) => {
            let address = what.strip_prefix("the keys of ")?;
            let call = configuration.module_calls.iter().find(|call| &*call.address == address).map(|call| call.span);
            let resource = configuration.resources.iter().find(|resource| &*resource.declaration == address);
            let declared = call.or_else(|| resource.map(|resource| resource.span));
            at(declared, format!("the for_each of {address} decides it, whose keys are not known"))
        }
        _ => at(here, format!("{reason}")),
    }
}

/// The same for a value whose own parts say why it is not known.
pub(crate) fn missing_in(linked: &Linked<'_>, user: &Resource, value: &Value) -> Option<Missing> {
    let symbol = match &value.shape {
        Shape::Template(segments) => segments.iter().find_map(|segment| match segment {
            Segment::Value(value) => value.as_symbol().filter(|_| value.as_text().is_none()),
            Segment::Literal { .. } => None,
        }),
        _ => value.as_symbol(),
    };
    let reason = match symbol {
        Some(symbol) => {
            let resource = linked.configuration.resource(symbol.resource);
            match resource.mode {
                Mode::Data => Reason::LookUp(resource.address.clone()),
                Mode::Managed => Reason::AfterApply(format!("{}.{}", resource.address, symbol.attribute).into()),
            }
        }
        None => choice::first_reason(value)?,
    };
    missing(linked, user, value, &reason)
}

/// The same for what stands in a slot.
pub(crate) fn missing_in_slot(linked: &Linked<'_>, slot_use: &SlotUse, reason: &Reason) -> Option<Missing> {
    missing(linked, linked.configuration.resource(slot_use.resource), &slot_use.value, reason)
}

/// The name of a template's parameter.
fn parameter(document: &Document, name: &str) -> Option<Span> {
    let parameters = document.get(document.root(), "Parameters")?;
    let (key, _) = document.entries(parameters).find(|(key, _)| document.string(*key) == Some(name))?;
    Some(document.span(key))
}

/// The words that declare a block of the module whose file `source` is.
fn block(files: &dyn Files, source: SourceId, words: &[&str]) -> Option<Span> {
    let path = files.path(source);
    let directory = crate::paths::directory(&path);
    files.directory(directory)?.iter().filter(|path| path.ends_with(".tf") || path.ends_with(".tofu")).find_map(
        |path| {
            let File::Text(source, _) = files.file(path) else { return None };
            let document = files.document(source)?;
            let Node::Body(items) = document.node(document.root()) else { return None };
            document.children(items).iter().find_map(|item| {
                let Node::Block(parts) = document.node(*item) else { return None };
                let (labels, _) = document.children(parts).split_at(document.children(parts).len().checked_sub(1)?);
                let same = labels.len() == words.len()
                    && labels.iter().zip(words).all(|(label, word)| document.string(*label) == Some(word));
                let (first, last) = (document.span(*labels.first()?), document.span(*labels.last()?));
                same.then(|| Span::new(source, first.start, last.end))
            })
        },
    )
}
