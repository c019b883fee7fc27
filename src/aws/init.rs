//! What `cfn-init` is told, in the metadata of a resource, of the credentials to fetch with. From the documentation of
//! `AWS::CloudFormation::Authentication`.

use super::items;
use crate::graph::{Dialect, Resource};
use crate::value::{Formula, Shape, Value};

/// The key of the metadata.
const AUTHENTICATION: &str = "AWS::CloudFormation::Authentication";

/// Types whose metadata `cfn-init` is mostly pointed to.
const KINDS: [&str; 4] = [
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::AutoScaling::LaunchConfiguration",
    "AWS::EC2::Instance",
    "AWS::EC2::LaunchTemplate",
];

/// The types of resources that say something of this, with the attribute to evaluate. Fit for the table of slots.
pub(super) fn interest() -> Vec<(Dialect, &'static str, Vec<&'static str>)> {
    KINDS.iter().map(|kind| (Dialect::CloudFormation, *kind, vec![AUTHENTICATION])).collect()
}

/// The roles that are named there, each with the condition it stands under.
pub fn roles(resource: &Resource) -> Vec<(Formula, Value)> {
    let methods = resource.value(AUTHENTICATION).map(items::items).unwrap_or_default();
    let mut found = Vec::new();
    for method in methods {
        let Shape::Mapping(_, entries) = &method.value.shape else { continue };
        for role in entries.iter().filter_map(|entry| entry.value.get("roleName")).flat_map(items::items) {
            found.push((Formula::and([method.guard.clone(), role.guard]), role.value));
        }
    }
    found
}
