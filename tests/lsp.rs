//! The language server as an editor sees it.

#[path = "lsp/client.rs"]
mod client;
#[path = "lsp/finding.rs"]
mod finding;
#[path = "lsp/mending.rs"]
mod mending;
#[path = "lsp/moving.rs"]
mod moving;
#[path = "lsp/surroundings.rs"]
mod surroundings;
