//! CloudFormation templates against external truth.

// In a module of its own: the lints know test code by `cfg(test)`.
#[cfg(test)]
#[path = "cloudformation/values.rs"]
mod values;
