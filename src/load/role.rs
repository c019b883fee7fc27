//! What a file may be to an analysis, told from its name alone: enough to know which changes cannot matter.

use std::path::Path;

use super::walk::Kind;

/// What a file can be to an analysis, by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// A part of the module in its directory: Terraform, or values for its variables.
    Module,
    /// Perhaps a template, perhaps a text that a configuration reads.
    Text,
    /// Nothing.
    None,
}

/// Endings of texts that configurations read, for policies and user data mostly.
const READ_TEXTS: [&str; 10] = [".tpl", ".tftpl", ".tmpl", ".policy", ".sh", ".ps1", ".txt", ".csv", ".cfg", ".conf"];

/// What the file at `path` can be, without looking at it.
pub fn role(path: &Path) -> Role {
    let read = |name: &str| READ_TEXTS.iter().any(|end| name.ends_with(end));
    match Kind::of(path) {
        Kind::Terraform | Kind::Variables => Role::Module,
        Kind::MaybeTemplate => Role::Text,
        Kind::Other if path.file_name().and_then(|name| name.to_str()).is_some_and(read) => Role::Text,
        Kind::Other => Role::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_which_changes_can_matter() {
        let role = |name: &str| role(Path::new(name));
        assert_eq!((role("a/main.tf"), role("prod.tfvars")), (Role::Module, Role::Module));
        assert_eq!(
            (role("stack.yaml"), role("user_data.sh"), role("p.json.tftpl")),
            (Role::Text, Role::Text, Role::Text)
        );
        assert_eq!((role("README.md"), role("main.py"), role("tf")), (Role::None, Role::None, Role::None));
    }
}
