//! What both dialects mean on AWS: where a role or an instance profile is taken, what a resource is to IAM, how ARNs,
//! service principals and policy documents read, and whether a trust policy lets a service in.
//!
//! Nothing here knows how a value came about. Everything takes evaluated values and leaves open what they leave open.

pub mod arn;
pub mod beanstalk;
pub mod compute;
pub mod edge;
pub mod identity;
pub mod init;
pub mod items;
pub mod keys;
pub mod policy;
pub mod principals;
pub mod slots;
pub mod trust;
