//! The language server as an editor sees it.

#[cfg(test)]
#[path = "lsp/client.rs"]
mod client;
#[cfg(test)]
#[path = "lsp/finding.rs"]
mod finding;
#[cfg(test)]
#[path = "lsp/mending.rs"]
mod mending;
#[cfg(test)]
#[path = "lsp/moving.rs"]
mod moving;
#[cfg(test)]
#[path = "lsp/session.rs"]
mod session;
#[cfg(test)]
#[path = "lsp/surroundings.rs"]
mod surroundings;
