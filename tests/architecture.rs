//! The house rules, as tests: which room may use which, where nothing may touch the world outside, how long a file may
//! be, and that the list of rules is the folder of rules.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Which floor each room is on. A room uses only rooms on lower floors, and on its own if that floor is shared.
const FLOORS: &[(&str, u32)] = &[
    ("text", 0),
    ("source", 1),
    ("diagnostic", 1),
    ("suggest", 2),
    ("paths", 2),
    ("syntax", 2),
    ("value", 3),
    ("files", 3),
    ("graph", 3),
    ("terraform", 4),
    ("cloudformation", 4),
    ("aws", 5),
    ("link", 5),
    ("permissions", 6),
    ("remedy", 6),
    ("rule", 6),
    ("rules", 7),
    ("catalogue", 5),
    ("whence", 7),
    ("chain", 8),
    ("picture", 8),
    ("config", 8),
    ("suppress", 8),
    ("baseline", 8),
    ("workspace", 9),
    ("jump", 8),
    ("load", 10),
    ("fix", 10),
    ("lsp", 10),
    ("render", 10),
    ("cli", 11),
    ("main", 12),
    ("lib", 12),
    ("tests", 12),
    ("benches", 12),
];

/// The two languages know nothing of each other.
const APART: [&str; 2] = ["terraform", "cloudformation"];

/// Up to this floor, text goes in and diagnostics come out: no files, no printing, no environment, no clock.
const CORE: u32 = 9;

/// Most lines of a file. A longer one is asking to be split.
const MAX_LINES: usize = 600;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    found.sort();
    found
}

/// The room a file of `src` or `rules` belongs to.
fn room(path: &Path) -> String {
    let relative = path.strip_prefix(root()).unwrap_or(path);
    let parts: Vec<String> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    match &parts[..] {
        [top, room, ..] if top == "src" => room.trim_end_matches(".rs").to_string(),
        [top, ..] => top.clone(),
        [] => String::new(),
    }
}

/// The rooms that a line of code names as `crate::room`.
fn used(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or("");
    let mut rooms = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let names = group.split('}').next().unwrap_or("").split(',');
            rooms.extend(names.map(|name| name.trim().split("::").next().unwrap_or("").to_string()));
        } else {
            rooms.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    rooms
}

#[test]
fn every_room_uses_only_lower_floors() {
    let floors: BTreeMap<&str, u32> = FLOORS.iter().copied().collect();
    let mut wrong = Vec::new();
    for path in rust_files("src").into_iter().chain(rust_files("rules")) {
        let from = room(&path);
        let Some(floor) = floors.get(from.as_str()) else {
            wrong
                .push(format!("{}: the room {from:?} is on no floor; add it to the list in this test", path.display()));
            continue;
        };
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            for to in used(line) {
                let Some(other) = floors.get(to.as_str()) else { continue };
                let apart = from != to && APART.contains(&from.as_str()) && APART.contains(&to.as_str());
                if other > floor || apart {
                    wrong.push(format!("{}:{}: {from} uses {to}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "rooms that use what they may not:\n{}", wrong.join("\n"));
}

#[test]
fn the_core_touches_nothing_outside() {
    let floors: BTreeMap<&str, u32> = FLOORS.iter().copied().collect();
    let forbidden = [
        "std::fs",
        "std::io",
        "std::env",
        "std::net::Tcp",
        "std::net::Udp",
        "ToSocketAddrs",
        "std::process",
        "std::time",
        "println!",
        "eprintln!",
        "print!(",
    ];
    let mut wrong = Vec::new();
    for path in rust_files("src").into_iter().chain(rust_files("rules")) {
        let is_test = path.iter().any(|part| part == "tests" || part == "tests.rs");
        if is_test || floors.get(room(&path).as_str()).is_none_or(|floor| *floor > CORE) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("#[cfg(test)]") || line.trim_start().starts_with("mod tests") {
                break;
            }
            let code = line.split("//").next().unwrap_or("");
            if let Some(what) = forbidden.iter().find(|what| code.contains(**what)) {
                wrong.push(format!("{}:{}: {what}", path.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "the core reaches outside:\n{}", wrong.join("\n"));
}

#[test]
fn no_file_is_over_its_budget() {
    let all = ["src", "rules", "tests", "benches"].iter().flat_map(|folder| rust_files(folder));
    let long: Vec<String> = all
        .filter_map(|path| {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            (lines > MAX_LINES).then(|| format!("{}: {lines} lines", path.display()))
        })
        .collect();
    assert!(long.is_empty(), "files over {MAX_LINES} lines:\n{}", long.join("\n"));
}

#[test]
fn nothing_is_called_utils() {
    let vague = ["utils", "util", "helpers", "helper", "common", "misc"];
    for path in ["src", "rules", "tests", "benches"].iter().flat_map(|folder| rust_files(folder)) {
        let relative = path.strip_prefix(root()).unwrap().with_extension("");
        for part in relative.iter().map(|part| part.to_string_lossy()) {
            assert!(!vague.contains(&&*part), "{} says nothing about what is in it", path.display());
        }
    }
}

#[test]
fn the_list_of_rules_is_the_folder() {
    let mut in_folder: Vec<String> = rust_files("rules")
        .iter()
        .map(|path| path.file_stem().unwrap().to_string_lossy().replace('_', "-"))
        .filter(|name| name != "mod")
        .collect();
    in_folder.sort();
    let listed: Vec<String> = rolecall::rules::ALL.iter().map(|rule| rule.id.to_string()).collect();
    assert_eq!(listed, in_folder, "rules/mod.rs lists the rules of the folder, sorted by id");
    for rule in rolecall::rules::ALL {
        let page = root().join("rules").join(format!("{}.md", rule.id.replace('-', "_")));
        let text = fs::read_to_string(&page).unwrap_or_else(|_| panic!("{} has no page", rule.id));
        assert_eq!(text, rule.docs, "{} shows another page than its own", rule.id);
        assert_eq!(text.lines().next(), Some(format!("# {}", rule.id).as_str()), "the page's title is the rule's id");
        for section in ["## What", "## Why", "## What to do"] {
            assert!(text.lines().any(|line| line == section), "{}: no section {section:?}", rule.id);
        }
    }
}
