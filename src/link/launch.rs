//! From machines to the launch templates and launch configurations that they are started from.

use super::{Linked, SameName, same_text};
use crate::aws::compute::{self, ComputeRole};
use crate::aws::slots::{self, Path};
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

    /// The resources whose machines are started from a launch template or launch configuration, with where they say so.
    pub fn launched_from(&self, template: ResourceId) -> Vec<(ResourceId, Launch)> {
        let launches = |(id, _)| self.launches(id).into_iter().map(move |launch| (id, launch));
        let machines = self.configuration.iter().filter(|(_, resource)| resource.mode == Mode::Managed);
        machines.flat_map(launches).filter(|(_, launch)| launch.template == Some(template)).collect()
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
        let mut named = self.configuration.iter().filter(|(id, resource)| {
            let names = |path: &Path| {
                slots::find_path(path, resource, self.files)
                    .iter()
                    .any(|name| same_text(&name.value, value) == SameName::Yes)
            };
            let compute = compute::of(resource.dialect, &resource.kind);
            role(*id) == Some(wanted)
                && resource.mode == Mode::Managed
                && *resource.scope == *scope
                && compute.is_some_and(|compute| compute.names.iter().any(names))
        });
        named.next().map(|(id, _)| id)
    }
}
