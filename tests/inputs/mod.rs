//! The texts under `testdata/`.

use std::path::Path;
use std::sync::Arc;

/// Path from `testdata/` on, and text, of every file there with one of the extensions; sorted.
pub fn testdata(extensions: &[&str]) -> Vec<(String, Arc<str>)> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata");
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(root).sort_by_file_name() {
        let entry = entry.unwrap();
        let extension = entry.path().extension().and_then(|extension| extension.to_str()).unwrap_or("");
        if entry.file_type().is_file() && extensions.contains(&extension) {
            let path = entry.path().strip_prefix(Path::new(root)).unwrap().to_str().unwrap().replace('\\', "/");
            files.push((path, std::fs::read_to_string(entry.path()).unwrap().into()));
        }
    }
    assert!(!files.is_empty(), "there is nothing with {extensions:?}");
    files
}
