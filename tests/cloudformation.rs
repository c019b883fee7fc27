//! CloudFormation templates against external truth.

// In modules of their own: the lints know test code by `cfg(test)`.
#[cfg(test)]
#[path = "cloudformation/attributes.rs"]
mod attributes;
#[cfg(test)]
#[path = "cloudformation/deploys.rs"]
mod deploys;
#[cfg(test)]
#[path = "cloudformation/graph.rs"]
mod graph;
#[cfg(test)]
#[path = "cloudformation/intrinsics.rs"]
mod intrinsics;
#[cfg(test)]
#[path = "cloudformation/sam.rs"]
mod sam;
#[cfg(test)]
#[path = "cloudformation/syntax.rs"]
mod syntax;
#[cfg(test)]
#[path = "cloudformation/values.rs"]
mod values;
