//! What is found in public repositories, judged one by one: `testdata/public/verdicts.tsv`, described in the README beside
//! it.
//!
//! With `ROLECALL_PUBLIC` set to a directory of checkouts, each is analysed again and compared with the list.

#[cfg(test)]
mod list {
    use std::collections::{BTreeMap, BTreeSet};

    /// Where a finding stands and what it is: repository, file, rule, severity.
    pub type Place = (String, String, String, String);

    /// What its author would say of the findings of a rule in a file.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
    pub enum Verdict {
        /// It is as the message says, and the author did not mean it so.
        Right,
        /// It is as the message says, and is meant to be: a test's input, a laboratory of mistakes, an exercise.
        Intended,
        /// It is not as the message says.
        Wrong,
    }

    #[derive(Debug)]
    pub struct Row {
        pub count: usize,
        pub verdict: Verdict,
        pub note: String,
    }

    pub fn rows(text: &str) -> Result<BTreeMap<Place, Row>, String> {
        let mut lines = text.lines();
        if lines.next() != Some("repository\tfile\trule\tseverity\tcount\tverdict\tnote") {
            return Err("the columns are others".to_string());
        }
        let mut rows = BTreeMap::new();
        for line in lines {
            let wrong = |what: &str| format!("{what}: {line}");
            let cells: Vec<&str> = line.split('\t').collect();
            let [repository, file, rule, severity, count, verdict, note] = cells[..] else {
                return Err(wrong("seven columns are needed"));
            };
            let verdict = match verdict {
                "right" => Verdict::Right,
                "intended" => Verdict::Intended,
                "wrong" => Verdict::Wrong,
                _ => return Err(wrong("no such verdict")),
            };
            let count = count.parse().ok().filter(|count| *count > 0).ok_or_else(|| wrong("no count"))?;
            let place = (repository.into(), file.into(), rule.into(), severity.into());
            if rows.last_key_value().is_some_and(|(last, _)| *last >= place) {
                return Err(wrong("not in order, or there twice"));
            }
            rows.insert(place, Row { count, verdict, note: note.to_string() });
        }
        Ok(rows)
    }

    /// The repositories, and whether the findings in their templates of CloudFormation are judged too.
    pub fn repositories(text: &str) -> Result<BTreeMap<String, bool>, String> {
        let one = |line: &str| -> Result<(String, bool), String> {
            let cells: Vec<&str> = line.split('\t').collect();
            let [repository, commit, judged] = cells[..] else {
                return Err(format!("three columns are needed: {line}"));
            };
            let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            let is_named = repository.split('+').filter(|part| !part.is_empty()).count() == 2;
            let is_judged = ["all", "terraform"].contains(&judged);
            match is_commit && is_named && is_judged {
                true => Ok((repository.into(), judged == "all")),
                false => Err(line.to_string()),
            }
        };
        text.lines().skip(1).map(one).collect()
    }

    /// Whether a file is one of Terraform's.
    pub fn is_terraform(file: &str) -> bool {
        let name = file.strip_suffix(".json").unwrap_or(file);
        [".tf", ".tofu", ".tfvars"].iter().any(|ending| name.ends_with(ending))
    }

    /// The share of findings of a severity that are as they say, in hundredths of a percent.
    pub fn precision(rows: &BTreeMap<Place, Row>, severity: &str) -> usize {
        let of = |wrong: bool| -> usize {
            let these =
                rows.iter().filter(|((.., this), row)| this == severity && (row.verdict == Verdict::Wrong) == wrong);
            these.map(|(_, row)| row.count).sum()
        };
        (of(false) * 10_000).checked_div(of(false) + of(true)).unwrap_or(10_000)
    }

    /// What is wrong with the findings of one checkout, given how many there are at each place.
    pub fn objections(found: &BTreeMap<Place, usize>, rows: &BTreeMap<Place, Row>) -> BTreeSet<String> {
        let objection = |((repository, file, rule, severity), count): (&Place, &usize)| {
            let row = rows.get(&(repository.clone(), file.clone(), rule.clone(), severity.clone()));
            let what = match row {
                Some(row) if row.verdict == Verdict::Wrong => format!("still wrong: {}", row.note),
                Some(row) if row.count >= *count => return None,
                Some(row) => format!("{count} of them, and only {} are judged", row.count),
                None => "not judged".to_string(),
            };
            Some(format!("{repository} {file}: {severity}[{rule}]: {what}"))
        };
        found.iter().filter_map(objection).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::ffi::OsStr;
    use std::path::Path;
    use std::process::Command;

    use super::list::{self, Place, Verdict};

    fn kept(name: &str) -> String {
        std::fs::read_to_string(Path::new("testdata/public").join(name)).unwrap()
    }

    #[test]
    fn the_list_is_well_formed() {
        let rows = list::rows(&kept("verdicts.tsv")).unwrap();
        let repositories = list::repositories(&kept("repositories.tsv")).unwrap();

        for ((repository, file, rule, severity), row) in &rows {
            assert!(repositories.contains_key(repository), "{repository} has no commit");
            assert!(rolecall::rules::find(rule).is_some(), "{rule} is no rule");
            assert!(["error", "warning"].contains(&severity.as_str()), "{severity} of {file}");
            assert!(row.verdict != Verdict::Wrong || !row.note.is_empty(), "{repository} {file}: why is it wrong?");
        }
        assert!(repositories.len() >= 300, "only {} repositories", repositories.len());
    }

    #[test]
    fn nearly_everything_found_is_as_it_is_said_to_be() {
        let rows = list::rows(&kept("verdicts.tsv")).unwrap();
        assert_eq!(list::precision(&rows, "error"), 10_000, "an error in the list is wrong");
        assert!(list::precision(&rows, "warning") >= 9_500, "{}", list::precision(&rows, "warning"));
    }

    #[test]
    fn what_is_not_judged_is_told_from_what_is() {
        let rows = list::rows(
            "repository\tfile\trule\tseverity\tcount\tverdict\tnote\n\
             a+b\tmain.tf\tduplicate-identity-name\terror\t2\tright\t\n\
             a+b\tmain.tf\twildcard-pass-role\twarning\t1\twrong\tthe role is its own\n",
        )
        .unwrap();
        let found = |file: &str, rule: &str, severity: &str, count: usize| {
            let place: Place = ("a+b".into(), file.into(), rule.into(), severity.into());
            list::objections(&BTreeMap::from([(place, count)]), &rows).len()
        };
        assert_eq!(found("main.tf", "duplicate-identity-name", "error", 2), 0);
        assert_eq!(found("main.tf", "duplicate-identity-name", "error", 3), 1);
        assert_eq!(found("main.tf", "duplicate-identity-name", "warning", 1), 1);
        assert_eq!(found("iam.tf", "duplicate-identity-name", "error", 1), 1);
        assert_eq!(found("main.tf", "wildcard-pass-role", "warning", 1), 1);
        assert_eq!((list::precision(&rows, "error"), list::precision(&rows, "warning")), (10_000, 0));
        assert!(list::rows("repository\tfile\n").is_err());
    }

    /// The errors and warnings in a checkout, counted by place.
    fn found(repository: &str, directory: &Path) -> BTreeMap<Place, usize> {
        let arguments = ["check", "--isolated", "--format", "json", "--fail-on", "never", "."];
        let run = Command::new(env!("CARGO_BIN_EXE_rolecall")).args(arguments).current_dir(directory).output().unwrap();
        let mut found = BTreeMap::new();
        // With nothing to analyse there is no report.
        let Ok(report) = serde_json::from_slice::<serde_json::Value>(&run.stdout) else { return found };
        for finding in report["findings"].as_array().unwrap() {
            let text = |key: &str| finding[key].as_str().unwrap().to_string();
            if text("severity") != "info" {
                *found.entry((repository.to_string(), text("file"), text("rule"), text("severity"))).or_default() += 1;
            }
        }
        found
    }

    #[test]
    fn public_repositories_are_as_they_were_judged() {
        let Some(checkouts) = std::env::var_os("ROLECALL_PUBLIC") else { return };
        let rows = list::rows(&kept("verdicts.tsv")).unwrap();
        let mut objections = BTreeSet::new();
        let mut looked_at = 0;
        for (repository, all) in list::repositories(&kept("repositories.tsv")).unwrap() {
            let directory = Path::new(&checkouts).join(OsStr::new(&repository));
            if directory.is_dir() {
                looked_at += 1;
                let mut found = found(&repository, &directory);
                found.retain(|(_, file, ..), _| all || list::is_terraform(file));
                objections.extend(list::objections(&found, &rows));
            }
        }
        assert!(looked_at > 0, "there is no checkout called OWNER+NAME in {}", checkouts.display());
        println!("{looked_at} repositories");
        assert!(objections.is_empty(), "{}", objections.into_iter().collect::<Vec<_>>().join("\n"));
    }
}
