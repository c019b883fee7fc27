//! Where a module call's `source` leads, and paths in general. A path uses `/`; the empty path is the workspace's root.

use crate::files::{File, Files};
use crate::paths;

/// The directory of the module that a call's `source` means, if it is at hand: a local path, a mapping given by the
/// user, or an installed module listed in `.terraform/modules/modules.json`.
pub fn locate(
    source: &str,
    caller: &str,
    root: &str,
    call: &str,
    mappings: &[(String, String)],
    files: &dyn Files,
) -> Option<String> {
    if is_local(source) || mappings.iter().any(|(from, _)| from == source) {
        return mapped_or_local(source, caller, mappings);
    }
    installed(root, call, files)
}

/// The directory of a source that is mapped to one, or is a path relative to the calling module's directory.
pub fn mapped_or_local(source: &str, caller: &str, mappings: &[(String, String)]) -> Option<String> {
    match mappings.iter().find(|(from, _)| from == source) {
        Some((_, directory)) => normalise("", directory),
        None if is_local(source) => normalise(caller, source),
        None => None,
    }
}

/// Whether a `source` is a path relative to the calling module.
pub fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../") || source == "." || source == ".."
}

/// Where, below a root module, `terraform init` notes which remote modules it has put where.
pub const INSTALLED_MODULES: &str = ".terraform/modules/modules.json";

fn installed(root: &str, call: &str, files: &dyn Files) -> Option<String> {
    let list = paths::join(root, INSTALLED_MODULES);
    let File::Text(source, _) = files.file(&list) else { return None };
    let document = files.document(source)?;
    let key = call.replace("module.", "");
    let modules = document.get(document.root(), "Modules")?;
    let entry = document
        .elements(modules)
        .iter()
        .find(|entry| document.get(**entry, "Key").and_then(|node| document.string(node)) == Some(key.as_str()))?;
    let directory = document.get(*entry, "Dir").and_then(|node| document.string(node))?;
    normalise(root, directory)
}

/// `path` as seen from `base`, without `.` and `..` inside; leading `..` stay when it leads out of the workspace's root.
/// `None` for an absolute path, which no portable configuration has.
pub fn normalise(base: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\\') || path.contains('\0') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// How `path` is written from the directory `base`, both from the workspace's root.
pub fn relative(base: &str, path: &str) -> String {
    let base: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let shared = base.iter().zip(&path).take_while(|(a, b)| a == b).count();
    let mut parts = vec![".."; base.len() - shared];
    parts.extend(&path[shared..]);
    if parts.is_empty() { ".".to_string() } else { parts.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised() {
        assert_eq!(normalise("a/b", "../c").as_deref(), Some("a/c"));
        assert_eq!(normalise("a", "./b/./c/..").as_deref(), Some("a/b"));
        assert_eq!(normalise("", "../x").as_deref(), Some("../x"));
        assert_eq!(normalise("a", "../../x").as_deref(), Some("../x"));
        assert_eq!(normalise("a", "/etc/passwd"), None);
    }

    #[test]
    fn relative_paths_lead_back() {
        for (base, path, expected) in [("a/b", "a/c", "../c"), ("", "a", "a"), ("a", "a", "."), ("x/y", "z", "../../z")]
        {
            assert_eq!(relative(base, path), expected);
            assert_eq!(normalise(base, expected).as_deref(), Some(path));
        }
    }
}
