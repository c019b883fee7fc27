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

/// Endings of files in which no configuration says who may act as whom, though it may pack or hash them: programs,
/// documentation, pictures, archives, what tools lock.
const UNRELATED: [&str; 54] = [
    "md", "mdx", "rst", "adoc", "pdf", "html", "css", "scss", "less", "png", "jpg", "jpeg", "gif", "svg", "ico",
    "webp", "drawio", "woff", "woff2", "ttf", "mp4", "zip", "gz", "tar", "jar", "whl", "exe", "so", "rs", "go", "mod",
    "sum", "py", "pyi", "ipynb", "js", "jsx", "mjs", "cjs", "ts", "tsx", "vue", "java", "kt", "scala", "rb", "php",
    "cs", "c", "h", "cpp", "hpp", "swift", "lock",
];

/// What the file at `path` can be, without looking at it.
pub fn role(path: &Path) -> Role {
    match Kind::of(path) {
        Kind::Terraform | Kind::Variables => Role::Module,
        Kind::MaybeTemplate => Role::Text,
        Kind::Other => {
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("").to_ascii_lowercase();
            // What begins with a dot and has no ending is for tools. A name that is no text is read by nothing.
            let hidden = path.file_name().and_then(|name| name.to_str()).is_none_or(|name| name.starts_with('.'));
            let none = UNRELATED.contains(&&*ending) || hidden && ending.is_empty();
            if none { Role::None } else { Role::Text }
        }
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
        assert_eq!((role("README.md"), role("main.py"), role(".editorconfig")), (Role::None, Role::None, Role::None));
        // A text may have any name, so what is not known to be something else may be one.
        assert_eq!((role("trust-policy"), role("web.service.j2")), (Role::Text, Role::Text));
    }
}
