//! What is read from a disk and what is not.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::config::patterns;
use crate::diagnostic::Severity;
use crate::text::Span;
use crate::workspace::Settings;

/// A directory that is taken away at the end of its test.
struct Scratch(PathBuf);

impl std::ops::Deref for Scratch {
    type Target = Path;
    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A directory of its own for one test, made anew.
fn scratch(name: &str, files: &[(&str, &str)]) -> Scratch {
    let root = std::env::temp_dir().join(format!("rolecall-load-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(&root).unwrap();
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Scratch(root.canonicalize().unwrap())
}

fn loader(here: &Path, paths: &[&str], exclude: &[&str]) -> Loader {
    let targets = paths.iter().map(|path| target(here, Path::new(path)).unwrap()).collect();
    let exclude = patterns(exclude.iter().copied()).unwrap();
    Loader::new(here.to_owned(), targets, exclude, here.to_owned(), |_, text| match text.contains("Resources") {
        true => Content::Template,
        false => Content::Other,
    })
}

fn names(workspace: &Workspace) -> Vec<String> {
    let sources = workspace.sources();
    sources.ids().map(|id| sources.path(id).to_string()).collect()
}

fn filled(loader: &mut Loader) -> (Workspace, usize) {
    let mut workspace = Workspace::new(Settings::default());
    let count = loader.fill(&mut workspace, &mut |_| ());
    (workspace, count)
}

#[test]
fn a_tree_gives_what_can_be_analysed() {
    let here = scratch(
        "tree",
        &[
            ("main.tf", ""),
            ("prod.auto.tfvars", ""),
            ("a/x.tofu.json", "{}"),
            ("a/stack.yaml", "Resources: {}"),
            ("a/values.yaml", "replicas: 1"),
            (".github/cfn/role.template", "Resources: {}"),
            (".terraform/modules/m/main.tf", ""),
            ("node_modules/p/main.tf", ""),
            ("ignored/main.tf", ""),
            ("old/main.tf", ""),
            ("old/keep.tf", ""),
            ("private/main.tf", ""),
            ("legacy/main.tf", ""),
            ("README.md", "Resources"),
            (".hidden.tf", ""),
            (".gitignore", "ignored/\nold/*\n!old/keep.tf\n"),
            (".rolecallignore", "private/\n"),
        ],
    );
    let mut loader = loader(&here, &["."], &["legacy/"]);
    let (workspace, count) = filled(&mut loader);
    assert_eq!(
        names(&workspace),
        [".github/cfn/role.template", "a/stack.yaml", "a/x.tofu.json", "main.tf", "old/keep.tf", "prod.auto.tfvars"]
    );
    assert_eq!(count, 5);
}

#[test]
fn a_file_that_is_named_is_read_whatever_ignores_it() {
    let here = scratch("named", &[(".gitignore", "*.tf\n"), ("main.tf", ""), ("other.tf", ""), ("x.txt", "Resources")]);
    assert_eq!(filled(&mut loader(&here, &["."], &[])).1, 0);
    let mut loader = loader(&here, &["main.tf", "x.txt"], &[]);
    let (workspace, count) = filled(&mut loader);
    assert_eq!((names(&workspace), count), (vec!["main.tf".to_owned(), "x.txt".to_owned()], 2));
}

#[test]
fn what_is_asked_for_is_read_inside_the_repository_and_nowhere_else() {
    let root = scratch(
        "asked",
        &[
            ("secret.txt", "secret"),
            ("repo/.git/HEAD", ""),
            ("repo/modules/m/main.tf", "m"),
            ("repo/envs/prod/main.tf", ""),
            ("repo/envs/prod/trust.json", "{}"),
            ("repo/envs/prod/.terraform/modules/modules.json", "{}"),
        ],
    );
    let here = root.join("repo/envs/prod");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(root.join("secret.txt"), here.join("link.txt")).unwrap();
        std::os::unix::fs::symlink(root.join("secret.txt"), here.join("link.tf")).unwrap();
        std::os::unix::fs::symlink(&here, here.join("circle")).unwrap();
        std::os::unix::fs::symlink("../../modules/m/main.tf", here.join("shared.tf")).unwrap();
    }
    let mut loader = loader(&here, &["."], &[]);
    let (mut workspace, _) = filled(&mut loader);
    for name in [
        "../../../secret.txt",
        "/etc/passwd",
        "link.txt",
        "../../modules/m/main.tf",
        "trust.json",
        ".terraform/modules/modules.json",
        "circle/circle/main.tf",
        "missing.json",
        "../prod",
    ] {
        loader.answer(&Want::File(name.into()), &mut workspace);
    }
    loader.answer(&Want::Directory("../../modules/m".into()), &mut workspace);
    loader.answer(&Want::Directory("../../..".into()), &mut workspace);
    let mut read = names(&workspace);
    read.sort();
    let mut wanted = vec!["../../modules/m/main.tf", ".terraform/modules/modules.json", "main.tf", "trust.json"];
    if cfg!(unix) {
        wanted = vec![
            "../../modules/m/main.tf",
            ".terraform/modules/modules.json",
            "circle/circle/main.tf",
            "main.tf",
            "shared.tf",
            "trust.json",
        ];
    }
    assert_eq!(read, wanted);
    let notes: Vec<&str> = loader.notes().collect();
    assert!(notes.contains(&"../../../secret.txt lies outside the analysed tree and was not read"), "{notes:?}");
    assert!(!notes.iter().any(|note| note.contains("missing")), "{notes:?}");
}

#[test]
fn without_a_repository_the_working_tree_is_the_boundary() {
    let root = scratch("tree-only", &[("work/envs/main.tf", ""), ("work/modules/m.tf", ""), ("beside/x.tf", "")]);
    let boundary = Boundary::new(&root.join("work"), [root.join("work/envs").as_path()].into_iter());
    assert!(boundary.real(&root.join("work/modules/m.tf")).is_some());
    assert!(boundary.real(&root.join("beside/x.tf")).is_none());
    let alone = Boundary::new(&root.join("work"), [root.join("beside").as_path()].into_iter());
    assert!(alone.real(&root.join("beside/x.tf")).is_some());
    assert!(alone.real(&root.join("work/modules/m.tf")).is_none());
    let everything = Boundary::new(Path::new("/"), [root.join("beside").as_path()].into_iter());
    assert!(everything.real(&root.join("work/modules/m.tf")).is_none());
}

#[test]
fn bad_bytes_and_large_files_are_told_and_not_fatal() {
    let here = scratch("bytes", &[("a.tf", "a = 1\n")]);
    fs::write(here.join("b.tf"), b"b = \"\xe9\"\n").unwrap();
    fs::write(here.join("c.tf"), b"\xff\xfea\0").unwrap();
    fs::write(here.join("d.yaml"), b"Resources: \xff").unwrap();
    fs::write(here.join("e.json"), b"\x00\xff\xfe\x01").unwrap();
    let mut loader = loader(&here, &["."], &[]);
    let (workspace, count) = filled(&mut loader);
    assert_eq!((names(&workspace), count), (vec!["a.tf".to_owned(), "b.tf".to_owned(), "d.yaml".to_owned()], 3));
    let notes: Vec<&str> = loader.notes().collect();
    assert_eq!(
        notes,
        [
            "b.tf is not UTF-8 (line 1); the bytes that are not are read as U+FFFD",
            "c.tf is UTF-16 and was not read; save it as UTF-8",
            "d.yaml is not UTF-8 (line 1); the bytes that are not are read as U+FFFD",
        ]
    );
}

#[test]
fn a_missing_target_is_an_error() {
    let here = scratch("missing", &[]);
    assert_eq!(target(&here, Path::new("none")).unwrap_err(), "cannot read none: no such file or directory");
    let file = scratch("missing-file", &[("main.tf", "")]);
    assert!(target(&file, Path::new("main.tf/x")).is_err());
    assert_eq!(target(&file, Path::new("./a/../main.tf")).ok(), None, "what the system does not find is not found");
    assert_eq!(target(&file, Path::new("./main.tf")).unwrap(), Target::File(file.join("main.tf")));
}

#[test]
fn findings_in_files_that_only_help_are_not_shown() {
    let here = scratch(
        "shown",
        &[
            (".gitignore", "gen.tf\n"),
            ("main.tf", "x"),
            ("gen.tf", "x"),
            ("b/main.tf", "x"),
            (".terraform/m/a.tf", "x"),
        ],
    );
    let mut workspace = Workspace::new(Settings::default());
    for name in ["main.tf", "gen.tf", "b/main.tf", ".terraform/m/a.tf"] {
        workspace.set(name, "x");
    }
    let sources = workspace.sources();
    let at = |name: &str| Diagnostic::new("r", Severity::Error, Span::file_start(sources.id(name).unwrap()), "m");
    let mut all = loader(&here, &["."], &[]);
    assert!(all.shows(&at("main.tf"), sources));
    assert!(all.shows(&at("b/main.tf"), sources));
    assert!(!all.shows(&at("gen.tf"), sources));
    assert!(!all.shows(&at(".terraform/m/a.tf"), sources));
    let mut one = loader(&here, &["main.tf"], &[]);
    assert!(one.shows(&at("main.tf"), sources));
    assert!(!one.shows(&at("b/main.tf"), sources));
    let about_main = at("b/main.tf").with_related(at("main.tf").span, "here");
    assert!(one.shows(&about_main, sources));
}

#[test]
fn a_given_text_stands_for_its_file() {
    let here = scratch("given", &[("main.tf", "old"), ("other.tf", "")]);
    let given = Target::Text(here.join("main.tf"), "new".into());
    let exclude = patterns([]).unwrap();
    let mut loader = Loader::new(here.to_owned(), vec![given], exclude, here.to_owned(), |_, _| Content::Other);
    let (mut workspace, count) = filled(&mut loader);
    loader.answer(&Want::File("main.tf".into()), &mut workspace);
    loader.answer(&Want::File("other.tf".into()), &mut workspace);
    let id = workspace.sources().id("main.tf").unwrap();
    assert_eq!((&**workspace.sources().text(id), count), ("new", 1));
    assert_eq!(names(&workspace), ["main.tf", "other.tf"]);
}

#[test]
fn the_nearest_configuration_holds_up_to_the_repository() {
    let root = scratch(
        "config",
        &[
            (".rolecall.yaml", ""),
            ("repo/.git/HEAD", ""),
            ("repo/.rolecall.yaml", ""),
            ("repo/a/.rolecall.yaml", ""),
            ("repo/a/deep/main.tf", ""),
            ("repo/b/main.tf", ""),
            ("plain/.git/HEAD", ""),
        ],
    );
    let at = |paths: &[&str]| {
        let targets: Vec<Target> = paths.iter().map(|path| target(&root, Path::new(path)).unwrap()).collect();
        find_config(&root, &targets).map(|path| paths::name(&root, &path))
    };
    assert_eq!(at(&["repo/a/deep/main.tf"]).as_deref(), Some("repo/a/.rolecall.yaml"));
    assert_eq!(at(&["repo/a/deep", "repo/b"]).as_deref(), Some("repo/.rolecall.yaml"));
    assert_eq!(at(&["plain"]), None);
    assert_eq!(at(&["."]).as_deref(), Some(".rolecall.yaml"));
}

#[test]
fn what_is_not_there_costs_no_round_of_its_own() {
    let call = "module \"m\" {\n  source = \"registry/m/aws\"\n}\n";
    let absent = "resource \"aws_iam_role\" \"r\" {\n  assume_role_policy = file(\"${path.module}/trust.json\")\n}\n";
    let here = scratch("rounds", &[("a/main.tf", call), ("b/main.tf", absent), ("c/main.tf", "# nothing\n")]);
    let mut loader = loader(&here, &["."], &[]);
    let (mut workspace, _) = filled(&mut loader);
    let mut rounds = 0;
    loader.check(&mut workspace, &mut |progress| rounds += usize::from(matches!(progress, Progress::Round(_))));
    assert_eq!(rounds, 1);
}
