//! Managed policies that are nothing but permissions boundaries.

use std::collections::HashSet;

use super::Linked;
use crate::aws::identity;
use crate::aws::items::items;
use crate::value::{ResourceId, Value};

impl Linked<'_> {
    /// Whether a managed policy is declared for nothing but to be a permissions boundary, where it gives nobody anything.
    pub fn only_bounds(&self, policy: ResourceId) -> bool {
        self.boundaries.get_or_init(|| self.find_boundaries()).contains(&policy)
    }

    fn find_boundaries(&self) -> HashSet<ResourceId> {
        let (mut bounding, mut attached) = (HashSet::new(), HashSet::new());
        let named = |value: &Value, into: &mut HashSet<ResourceId>| {
            into.extend(items(value).iter().filter_map(|item| Some(item.value.as_symbol()?.resource)));
        };
        for resource in &self.configuration.resources {
            let Some(names) = identity::names(resource.dialect, &resource.kind) else { continue };
            let arns = names.policy_arns.iter().filter_map(|name| resource.value(name));
            arns.for_each(|value| named(value, &mut attached));
            names
                .boundary
                .and_then(|name| resource.value(name))
                .into_iter()
                .for_each(|value| named(value, &mut bounding));
        }
        bounding.difference(&attached).copied().collect()
    }
}
