//! Configurations before and after their fixes, kept to be deployed: `ROLECALL_KEEP_FIXED=DIRECTORY` has each written into
//! a directory that is named after what is in it. `testdata/fixes/record.py` takes them from there.

use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::support::Files;

/// The first digits of a checksum over the paths and texts.
pub fn name(files: &Files) -> String {
    let mut hash = Sha256::new();
    for (path, text) in files {
        for part in [path, text] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    let mut name = String::new();
    for byte in hash.finalize().iter().take(8) {
        // Writing to a string cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

/// Writes what came of fixes, if that was asked for, and says where it is from.
pub fn keep(from: &str, before: &Files, after: &Files) -> io::Result<()> {
    let Some(root) = std::env::var_os("ROLECALL_KEEP_FIXED") else { return Ok(()) };
    let root = Path::new(&root).join(name(after));
    if root.exists() {
        return Ok(());
    }
    for (part, files) in [("before", before), ("after", after)] {
        for (path, text) in files {
            let path = root.join(part).join(path);
            fs::create_dir_all(path.parent().unwrap_or(&root))?;
            fs::write(path, text)?;
        }
    }
    fs::write(root.join("from"), from)
}
