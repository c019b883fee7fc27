//! Where the configuration is.

use std::path::{Path, PathBuf};

use super::Target;
use super::boundary::repository;
use crate::config::FILE_NAME;

/// The deepest directory that holds all targets; `None` without any, or where they share nothing.
pub(super) fn common(targets: &[Target]) -> Option<PathBuf> {
    let mut directories = targets.iter().map(Target::directory);
    let mut common = directories.next()?.to_owned();
    for directory in directories {
        while !directory.starts_with(&common) {
            if !common.pop() {
                return None;
            }
        }
    }
    Some(common)
}

/// The nearest configuration file from what the targets have in common up to the root of its repository; where there is
/// none, up to the working directory.
pub fn find_config(working_directory: &Path, targets: &[Target]) -> Option<PathBuf> {
    let common = common(targets)?;
    let top = match repository(&common) {
        Some(root) => root.to_owned(),
        None if common.starts_with(working_directory) => working_directory.to_owned(),
        None => common.clone(),
    };
    let upwards = common.ancestors().take_while(|directory| directory.starts_with(&top));
    upwards.map(|directory| directory.join(FILE_NAME)).find(|path| path.is_file())
}
