//! `rolecall` reads Terraform and CloudFormation, builds one graph of who may act as whom on AWS, and says where it is
//! broken before anything is deployed.

pub mod aws;
pub mod baseline;
pub mod catalogue;
pub mod chain;
pub mod cli;
pub mod cloudformation;
pub mod config;
pub mod diagnostic;
pub mod files;
pub mod fix;
pub mod graph;
pub mod jump;
pub mod link;
pub mod load;
pub mod lsp;
pub mod paths;
pub mod permissions;
pub mod picture;
pub mod remedy;
pub mod render;
pub mod rule;
#[path = "../rules/mod.rs"]
pub mod rules;
pub mod source;
pub mod suggest;
pub mod suppress;
pub mod syntax;
pub mod terraform;
pub mod text;
pub mod value;
pub mod whence;
pub mod workspace;
