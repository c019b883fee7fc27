//! The texts under `testdata/`.

use std::path::Path;
use std::sync::Arc;

/// Path from `testdata/` on, and text, of every file there with one of the extensions; sorted.
pub fn testdata(extensions: &[&str]) -> Vec<(String, Arc<str>)> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata");
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(root).sort_by_file_name().into_iter().flatten() {
        let extension = entry.path().extension().and_then(|extension| extension.to_str()).unwrap_or("");
        let path = entry.path().strip_prefix(Path::new(root)).ok().and_then(Path::to_str);
        if let Some(path) = path.filter(|_| entry.file_type().is_file() && extensions.contains(&extension))
            && let Ok(text) = std::fs::read_to_string(entry.path())
        {
            files.push((path.replace('\\', "/"), text.into()));
        }
    }
    assert!(!files.is_empty(), "there is nothing with {extensions:?}");
    files
}
