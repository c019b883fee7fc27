//! Paths as text, without asking a disk: the names of sources and what they are relative to.

use std::path::{Component, Path, PathBuf};

/// The path without `.` and with `..` taken out where something stands before it. Links are not looked at.
pub fn normalise(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => match out.components().next_back() {
                Some(Component::Normal(_)) => {
                    out.pop();
                }
                // The parent of the root is the root.
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => out.push(".."),
            },
            other => out.push(other),
        }
    }
    out
}

/// The name a source at `path` has: relative to `directory`, `/` between its parts, the empty text for the directory
/// itself. Both are absolute and normalised. A path that shares nothing with the directory keeps its absolute form, and
/// parts that are not Unicode are shown with replacement characters.
pub fn name(directory: &Path, path: &Path) -> String {
    let mut rest = path.components().peekable();
    let mut base = directory.components().peekable();
    let mut shared = 0;
    while let (Some(a), Some(b)) = (rest.peek(), base.peek()) {
        if a != b {
            break;
        }
        rest.next();
        base.next();
        shared += 1;
    }
    if shared == 0 {
        return path.to_string_lossy().replace('\\', "/");
    }
    let up = base.map(|_| "..".to_owned());
    let down = rest.map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// The directory of the source of that name, empty for the one that names are relative to.
pub fn directory(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// `name` in the directory `base`, which is empty for the one that names are relative to.
pub fn join(base: &str, name: &str) -> String {
    if base.is_empty() { name.to_string() } else { format!("{base}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_taken_out_as_far_as_they_can() {
        let normal = |path: &str| normalise(Path::new(path)).to_string_lossy().into_owned();
        assert_eq!(normal("/a/./b/../c"), "/a/c");
        assert_eq!(normal("../x/../../y"), "../../y");
        assert_eq!(normal("/../a"), "/a");
        assert_eq!(normal("a/.."), "");
    }

    #[test]
    fn names_are_relative_to_the_working_directory() {
        let named = |path: &str| name(Path::new("/repo/envs"), Path::new(path));
        assert_eq!(named("/repo/envs/main.tf"), "main.tf");
        assert_eq!(named("/repo/envs"), "");
        assert_eq!(named("/repo/modules/a/main.tf"), "../modules/a/main.tf");
        assert_eq!(named("/other/main.tf"), "../../other/main.tf");
    }
}
