//! The files of an example that is a directory.

use std::path::Path;

use super::support::{Files, names, read};

/// The files of a directory of the repository and below it, by their path in it; expectations (`….txt`) are none of them.
pub fn tree(directory: &str) -> Result<Files, String> {
    let mut files = Files::new();
    collect(directory, "", &mut files)?;
    Ok(files)
}

fn collect(directory: &str, behind: &str, into: &mut Files) -> Result<(), String> {
    for name in names(&format!("{directory}/{behind}"))? {
        let path = format!("{behind}{name}");
        if Path::new(env!("CARGO_MANIFEST_DIR")).join(directory).join(&path).is_dir() {
            collect(directory, &format!("{path}/"), into)?;
        } else if !name.ends_with(".txt") {
            into.insert(path.clone(), read(&format!("{directory}/{path}"))?);
        }
    }
    Ok(())
}
