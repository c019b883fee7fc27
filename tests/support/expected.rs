//! What Terraform says of a configuration.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

/// The plan or the state.
#[derive(Default)]
pub struct Side {
    /// Outputs by name.
    pub outputs: BTreeMap<String, Json>,
    /// Attributes by the resource's address.
    pub resources: BTreeMap<String, Map<String, Json>>,
}

/// What Terraform makes of a configuration.
#[derive(Default)]
pub struct Expected {
    /// Known before it is applied.
    pub plan: Side,
    /// After it is applied.
    pub state: Side,
}
