//! The pages of the rules as files, because a link in an editor has to lead to something it can open.

use std::path::{Path, PathBuf};

use crate::catalogue::RuleInfo;

/// The file of a rule's page in the directory of pages.
pub(super) fn path(pages: &Path, rule: &str) -> PathBuf {
    pages.join(format!("{rule}.md"))
}

/// The user's own directory for them, one for each version; `None` where the environment names no place for such files.
/// `variable` looks up the environment.
pub(super) fn directory(variable: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = absolute("XDG_CACHE_HOME")
        .or_else(|| absolute("LOCALAPPDATA"))
        .or_else(|| absolute("HOME").map(|home| home.join(".cache")))?;
    Some(cache.join("rolecall").join(env!("CARGO_PKG_VERSION")).join("rules"))
}

/// Writes the pages that are not there yet. Gives whether all are there now.
pub(super) fn write(pages: &Path, rules: &[RuleInfo]) -> bool {
    let there = |rule: &RuleInfo| {
        let path = path(pages, rule.id);
        // A development version changes its pages without changing its number.
        let same = std::fs::read_to_string(&path).is_ok_and(|text| text == rule.docs);
        same || std::fs::write(path, rule.docs).is_ok()
    };
    std::fs::create_dir_all(pages).is_ok() && rules.iter().all(there)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_is_the_users_own() {
        let with = |pairs: &'static [(&str, &str)]| {
            let find = |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string());
            directory(&find)
        };
        let end = Path::new("rolecall").join(env!("CARGO_PKG_VERSION")).join("rules");
        assert_eq!(with(&[("XDG_CACHE_HOME", "/x"), ("HOME", "/h")]), Some(Path::new("/x").join(&end)));
        assert_eq!(with(&[("XDG_CACHE_HOME", "x"), ("HOME", "/h")]), Some(Path::new("/h/.cache").join(&end)));
        assert_eq!(with(&[]), None);
    }
}
