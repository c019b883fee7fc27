//! How far the reading may go: what a file names is read only inside the repository that is analysed.

use std::path::{Path, PathBuf};

/// The directories inside which everything may be read, without links.
#[derive(Debug)]
pub(super) struct Boundary {
    roots: Vec<PathBuf>,
}

impl Boundary {
    /// For each directory that is analysed: its repository; without one, the working directory if it lies in that;
    /// otherwise only itself. The root of the file system is never a boundary, for it would be none.
    pub(super) fn new<'a>(working_directory: &Path, directories: impl Iterator<Item = &'a Path>) -> Boundary {
        let mut roots = Vec::new();
        for directory in directories {
            let real = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
            let root = repository(&real).map(Path::to_owned).unwrap_or_else(|| {
                let inside = real.starts_with(working_directory) && working_directory.parent().is_some();
                if inside { working_directory.to_owned() } else { real }
            });
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        Boundary { roots }
    }

    /// Where `path` really is, if that exists and is inside.
    pub(super) fn real(&self, path: &Path) -> Option<PathBuf> {
        let real = path.canonicalize().ok()?;
        self.roots.iter().any(|root| real.starts_with(root)).then_some(real)
    }

    /// The root that holds `path`, going by its name.
    pub(super) fn root_of(&self, path: &Path) -> Option<&Path> {
        self.roots.iter().find(|root| path.starts_with(root)).map(PathBuf::as_path)
    }
}

/// The nearest directory from `directory` upwards that holds a repository, the root of the file system left out.
pub(super) fn repository(directory: &Path) -> Option<&Path> {
    directory.ancestors().find(|up| up.parent().is_some() && up.join(".git").exists())
}
