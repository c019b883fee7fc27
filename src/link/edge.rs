//! From functions to the CloudFront distributions that run them at their edges.

use std::collections::HashMap;

use super::Linked;
use crate::aws::{edge, slots};
use crate::graph::Mode;
use crate::text::Span;
use crate::value::{Formula, ResourceId, Value, choice};

/// A distribution that runs a function at its edges.
#[derive(Clone, PartialEq, Debug)]
pub struct EdgeUse {
    /// The distribution.
    pub distribution: ResourceId,
    /// Where it names the function.
    pub span: Span,
    /// Under which condition, besides that the distribution exists.
    pub guard: Formula,
}

impl Linked<'_> {
    /// The distributions that run a function at their edges, in their order.
    pub fn edge_uses(&self, function: ResourceId) -> &[EdgeUse] {
        self.edges.get_or_init(|| self.find_edge_uses()).get(&function).map_or(&[], Vec::as_slice)
    }

    fn find_edge_uses(&self) -> HashMap<ResourceId, Vec<EdgeUse>> {
        let mut uses: HashMap<ResourceId, Vec<EdgeUse>> = HashMap::new();
        for (distribution, resource) in self.configuration.iter() {
            let Some(edge) = edge::of(resource.dialect, &resource.kind) else { continue };
            if edge.version || resource.mode != Mode::Managed {
                continue;
            }
            for found in edge.functions.iter().flat_map(|path| slots::find_path(path, resource, self.files)) {
                let span = found.value.span.unwrap_or(found.key_span);
                for function in self.functions(&found.value) {
                    let edge_use = EdgeUse { distribution, span, guard: found.guard.clone() };
                    uses.entry(function).or_default().push(edge_use);
                }
            }
        }
        uses
    }

    /// What a value refers to, through versions and aliases to the function itself.
    fn functions(&self, value: &Value) -> Vec<ResourceId> {
        let mut symbols = Vec::new();
        choice::collect_symbols(value, &mut symbols);
        let mut functions: Vec<ResourceId> = symbols
            .into_iter()
            .flat_map(|symbol| {
                let resource = self.configuration.resource(symbol.resource);
                let version = edge::of(resource.dialect, &resource.kind).filter(|edge| edge.version);
                let Some(version) = version else { return vec![symbol.resource] };
                let named = version.functions.iter().flat_map(|path| slots::find_path(path, resource, self.files));
                let mut named_symbols = Vec::new();
                named.for_each(|found| choice::collect_symbols(&found.value, &mut named_symbols));
                named_symbols.into_iter().map(|symbol| symbol.resource).collect()
            })
            .collect();
        functions.sort();
        functions.dedup();
        functions
    }
}
