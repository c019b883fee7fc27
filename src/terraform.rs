//! Terraform and OpenTofu: what a configuration evaluates to.

pub mod convert;
pub mod functions;
pub mod types;
