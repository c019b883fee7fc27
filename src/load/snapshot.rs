//! What files look like from outside, to notice that one has changed.

use std::path::PathBuf;

use ignore::gitignore::Gitignore;

use super::Target;
use super::walk::{self, Ignores};

/// What the files that an analysis depends on look like from outside: path, and time of change and size where there is a
/// file. `also` are files beside those in the targets.
pub fn snapshot(targets: &[Target], also: &[PathBuf]) -> Vec<Seen> {
    let mut paths: Vec<PathBuf> = also.to_vec();
    for target in targets {
        match target {
            Target::Directory(root) => {
                paths.extend(walk::walk(root, &mut Ignores::new(Gitignore::empty(), root.clone())).0);
            }
            Target::File(path) => paths.push(path.clone()),
            Target::Text(..) => {}
        }
    }
    paths.sort();
    paths.dedup();
    let seen = |path: PathBuf| {
        let metadata = std::fs::metadata(&path).ok();
        let seen = metadata.map(|metadata| (metadata.modified().ok(), metadata.len()));
        (path, seen)
    };
    paths.into_iter().map(seen).collect()
}

/// A file, and its time of change and size if it is there.
pub type Seen = (PathBuf, Option<(Option<std::time::SystemTime>, u64)>);
