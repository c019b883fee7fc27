//! From machines to the launch templates and launch configurations that they are started from.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Linked, SameName, same_text};
use crate::aws::compute::{self, ComputeRole};
use crate::aws::slots;
use crate::graph::Mode;
use crate::text::Span;
use crate::value::{Formula, ResourceId, Value};

/// A place where a resource says what its machines are started from.
#[derive(Clone, PartialEq, Debug)]
pub struct Launch {
    /// The launch template or launch configuration; `None` when it is not known to be one that is declared here.
    pub template: Option<ResourceId>,
    /// Where it is named.
    pub span: Span,
    /// Under which condition, besides that the resource exists.
    pub guard: Formula,
}

impl Linked<'_> {
    /// What the machines of a resource are started from, in the order of the places that say so.
    pub fn launches(&self, id: ResourceId) -> Vec<Launch> {
        let resource = self.configuration.resource(id);
        let Some(compute) = compute::of(resource.dialect, &resource.kind) else { return Vec::new() };
        let places = [
            (&compute.templates, ComputeRole::LaunchTemplate),
            (&compute.configurations, ComputeRole::LaunchConfiguration),
        ];
        let mut launches = Vec::new();
        for (path, role) in places.iter().flat_map(|(paths, role)| paths.iter().map(move |path| (path, *role))) {
            for found in slots::find_path(path, resource, self.files) {
                launches.push(Launch {
                    template: self.template(&found.value, role, &resource.scope),
                    span: found.value.span.unwrap_or(found.key_span),
                    guard: found.guard,
                });
            }
        }
        launches
    }

    /// What a value names, by reference or by name.
    fn template(&self, value: &Value, wanted: ComputeRole, scope: &str) -> Option<ResourceId> {
        let role = |id: ResourceId| {
            let resource = self.configuration.resource(id);
            compute::of(resource.dialect, &resource.kind).map(|compute| compute.role)
        };
        if let Some(symbol) = value.as_symbol() {
            return (role(symbol.resource) == Some(wanted)).then_some(symbol.resource);
        }
        let names = self.launch_names.get_or_init(|| self.find_launch_names());
        if let Some(text) = value.as_text() {
            return names.known.get(&(wanted, scope.into(), text.into_owned())).copied();
        }
        let same = |(role, id, name): &&(ComputeRole, ResourceId, Value)| {
            *role == wanted
                && *self.configuration.resource(*id).scope == *scope
                && same_text(name, value) == SameName::Yes
        };
        names.open.iter().find(same).map(|(_, id, _)| *id)
    }

    fn find_launch_names(&self) -> Names {
        let mut names = Names::default();
        for (id, resource) in self.configuration.iter().filter(|(_, resource)| resource.mode == Mode::Managed) {
            let Some(compute) = compute::of(resource.dialect, &resource.kind) else { continue };
            for found in compute.names.iter().flat_map(|path| slots::find_path(path, resource, self.files)) {
                match found.value.as_text() {
                    Some(text) => {
                        let key = (compute.role, resource.scope.clone(), text.into_owned());
                        names.known.entry(key).or_insert(id);
                    }
                    None => names.open.push((compute.role, id, found.value)),
                }
            }
        }
        names
    }
}

/// What launch templates and launch configurations are called.
#[derive(Default)]
pub(super) struct Names {
    /// The first with a name that is known, by what it is, its scope and its name.
    known: HashMap<(ComputeRole, Arc<str>, String), ResourceId>,
    /// Those with other names, in order.
    open: Vec<(ComputeRole, ResourceId, Value)>,
}
