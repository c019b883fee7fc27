//! What the services that show findings get. The expected texts are in `testdata/render/`; after a wanted change, look at
//! what `ROLECALL_WRITE_EXPECTED=1 cargo test --test formats` makes of them.

mod sample;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rolecall::catalogue::RuleInfo;
use rolecall::diagnostic::{Diagnostic, Severity};
use rolecall::render::{Outcome, Root, github, gitlab, junit, sarif};
use rolecall::source::Sources;
use rolecall::text::Span;
use rolecall::workspace::{Report, Suppressed, Verdict};
use sample::{only, sample};
use serde_json::Value;

const fn rule(id: &'static str, severity: Severity, group: &'static str, docs: &'static str) -> RuleInfo {
    RuleInfo { id, severity, group, pedantic: false, docs }
}

const RULES: [RuleInfo; 3] = [
    rule(
        "role-as-instance-profile",
        Severity::Error,
        "chain",
        "# role-as-instance-profile\n\n## What\n\nA `role` stands where an instance profile is wanted\n\n## Why\n\nBecause.\n",
    ),
    rule("name-instead-of-arn", Severity::Warning, "permissions", "# name-instead-of-arn\n\n## What\n\nA name.\n"),
    rule("unused-instance-profile", Severity::Info, "chain", "# unused-instance-profile\n\n## What\n\nNothing.\n"),
];

fn root() -> Root {
    Root::new("/repo/envs/a b".into(), "/repo".into(), |path: &Path| -> PathBuf { path.to_owned() })
}

/// The sample, with a chain that its first finding breaks.
fn broken() -> (Sources, Report) {
    let (sources, mut report) = sample();
    let why = report.diagnostics.iter().find(|finding| finding.rule == "role-as-instance-profile");
    let why = why.map(|finding| finding.message.clone()).unwrap_or_default();
    if let Some(chain) = report.chains.first_mut() {
        chain.why = why;
    }
    report.notes.push("module.x is not at hand".to_owned());
    (sources, report)
}

fn with<T>(sources: &Sources, report: &Report, render: impl FnOnce(&Outcome<'_>) -> T) -> T {
    render(&Outcome { report, sources, rules: &RULES, root: &root() })
}

fn expect(name: &str, text: &str) {
    let path = Path::new("testdata/render").join(name);
    if std::env::var_os("ROLECALL_WRITE_EXPECTED").is_some() {
        assert!(std::fs::write(&path, text).is_ok(), "{name} cannot be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected, "{name} looks different");
}

#[test]
fn sarif_says_it_all() {
    let (sources, report) = broken();
    let text = with(&sources, &report, |outcome| sarif::report(outcome, "rolecall/envs/a b/", false));
    // The version of the program is no part of what is expected.
    expect("report.sarif", &text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    let log: Value = serde_json::from_str(&text).unwrap();
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(run["originalUriBaseIds"]["%SRCROOT%"].get("uri"), None, "nothing absolute");
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), report.diagnostics.len());
    let mut fingerprints = HashSet::new();
    for (result, finding) in results.iter().zip(&report.diagnostics) {
        assert_eq!(result["ruleId"], finding.rule);
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], finding.rule);
        let physical = &result["locations"][0]["physicalLocation"];
        let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.starts_with("envs/a%20b/") && physical["artifactLocation"]["uriBaseId"] == "%SRCROOT%", "{uri}");
        let region = &physical["region"];
        assert_eq!(region["startLine"], region["endLine"], "a region is on one line: {region}");
        let number = |name: &str| region[name].as_u64().unwrap();
        assert!(number("endColumn") >= number("startColumn") && number("startColumn") >= 1, "{region}");
        let hashes = result["partialFingerprints"].as_object().unwrap();
        assert!(hashes["primaryLocationLineHash"].as_str().unwrap().contains(':'));
        assert!(fingerprints.insert(hashes["rolecall/v1"].as_str().unwrap().to_owned()));
        assert!(result["message"]["text"].as_str().unwrap().ends_with('.'));
        for (number, related) in (1..).zip(result["relatedLocations"].as_array().unwrap()) {
            assert_eq!(related["id"], number);
            assert!(result["message"]["text"].as_str().unwrap().contains(&format!("]({number})")));
        }
    }
    let first = results.iter().find(|result| result["ruleId"] == "role-as-instance-profile").unwrap();
    assert_eq!(first["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap().len(), 2);
    let edit = &first["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(edit["insertedContent"]["text"], "aws_iam_instance_profile.app.name");
}

#[test]
fn silenced_findings_are_results_that_say_so() {
    let (sources, mut report) = broken();
    let comment = report.diagnostics[0].span;
    let hidden = report.diagnostics.remove(0);
    report.suppressed.push(Suppressed { diagnostic: hidden, span: comment, reason: "an old one".into() });
    report.known.push(report.diagnostics.remove(0));
    let log = |silenced| -> Value {
        serde_json::from_str(&with(&sources, &report, |outcome| sarif::report(outcome, "c", silenced))).unwrap()
    };
    let (shown, all) = (log(false), log(true));
    let results = all["runs"][0]["results"].as_array().unwrap();
    let count = report.diagnostics.len();
    for (shown, result) in shown["runs"][0]["results"].as_array().unwrap().iter().zip(&results[..count]) {
        assert_eq!(shown["partialFingerprints"], result["partialFingerprints"], "what is shown keeps its name");
        assert!(result.get("suppressions").is_none());
    }
    assert_eq!(results.len(), count + 2);
    let suppression = |at: usize| &results[count + at]["suppressions"][0];
    assert_eq!((&suppression(0)["kind"], &suppression(0)["justification"]), (&"inSource".into(), &"an old one".into()));
    assert!(suppression(0)["location"]["physicalLocation"]["region"]["startLine"].is_u64());
    assert_eq!(suppression(1)["kind"], "external");
    assert!(suppression(1)["justification"].is_string());
    let names: HashSet<&str> =
        results.iter().filter_map(|result| result["partialFingerprints"]["rolecall/v1"].as_str()).collect();
    assert_eq!(names.len(), results.len());
    for result in results {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(all["runs"][0]["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
}

/// Four units: SARIF counts columns in UTF-16, the others in characters.
#[test]
fn columns_are_in_the_unit_of_each_format() {
    let mut sources = Sources::new();
    let id = sources.set("a.tf", "\u{1F600}\u{1F600}é = x\n");
    let span = only(&sources, id, "x");
    let report = Report { diagnostics: vec![Diagnostic::new("r", Severity::Error, span, "m")], ..Report::default() };
    let sarif = with(&sources, &report, |outcome| sarif::report(outcome, "c", false));
    let region = &serde_json::from_str::<Value>(&sarif).unwrap()["runs"][0]["results"][0]["locations"][0];
    assert_eq!(region["physicalLocation"]["region"]["startColumn"], 9);
    let github = with(&sources, &report, github::report);
    assert!(github.contains(",col=7,endColumn=8,"), "{github}");
    let gitlab: Value = serde_json::from_str(&with(&sources, &report, gitlab::report)).unwrap();
    assert_eq!(gitlab[0]["location"]["positions"]["begin"]["column"], 7);
}

#[test]
fn github_annotations_are_whole_and_the_worst_come_first() {
    let (sources, mut report) = broken();
    expect("github.txt", &with(&sources, &report, github::report));
    let span = Span::file_start(report.diagnostics[0].span.source);
    for number in 0..40 {
        let severity = [Severity::Error, Severity::Warning, Severity::Info][number % 3];
        report.diagnostics.push(Diagnostic::new("many", severity, span, format!("{number}")));
    }
    let text = with(&sources, &report, github::report);
    let count = |command: &str| text.lines().filter(|line| line.starts_with(command)).count();
    assert_eq!((count("::error "), count("::warning "), count("::notice ")), (10, 10, 10));
    let hidden = report.diagnostics.len() - 29;
    assert!(text.ends_with(&format!(
        "::notice title=rolecall::{hidden} more findings are in the log: GitHub shows 10 annotations of each level.\n"
    )));
    // The log itself has them all.
    assert_eq!(text.lines().filter(|line| !line.starts_with("::")).count(), report.diagnostics.len());
}

#[test]
fn the_step_summary_is_a_table() {
    let (sources, report) = broken();
    let text = with(&sources, &report, |outcome| github::step_summary(outcome, "8 findings"));
    expect("step-summary.md", &text);
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
    assert_eq!(rows.len(), report.diagnostics.len() + 2);
    assert!(rows[2].starts_with("| error |"), "{}", rows[2]);
}

#[test]
fn gitlab_names_are_different_and_do_not_move() {
    let (sources, report) = broken();
    expect("gitlab.json", &with(&sources, &report, gitlab::report));
    let names = |sources: &Sources, report: &Report| -> Vec<String> {
        let issues: Value = serde_json::from_str(&with(sources, report, gitlab::report)).unwrap();
        let issues = issues.as_array().unwrap().iter();
        issues.map(|issue| issue["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    let all: HashSet<String> = names(&sources, &report).into_iter().collect();
    assert_eq!(all.len(), report.diagnostics.len());

    let one = |text: &str| {
        let mut sources = Sources::new();
        let id = sources.set("a.tf", text);
        let finding = Diagnostic::new("r", Severity::Error, only(&sources, id, "x = 1"), "m");
        // Two alike are still two.
        let report = Report { diagnostics: vec![finding.clone(), finding], ..Report::default() };
        names(&sources, &report)
    };
    let (here, there) = (one("x = 1"), one("# above\n\nx = 1"));
    assert_eq!(here, there);
    assert_ne!(here[0], here[1]);
}

#[test]
fn junit_has_a_case_for_every_finding() {
    let (sources, report) = broken();
    let text = with(&sources, &report, junit::report);
    expect("junit.xml", &text);
    assert_eq!(text.matches("<failure ").count(), report.diagnostics.len());
    assert!(report.chains.iter().any(|chain| chain.verdict == Verdict::Holds));
}

#[test]
fn nothing_found_is_a_whole_report_too() {
    let (sources, report) = (Sources::new(), Report::default());
    let log: Value =
        serde_json::from_str(&with(&sources, &report, |outcome| sarif::report(outcome, "c", false))).unwrap();
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], true);
    assert_eq!(with(&sources, &report, gitlab::report), "[]\n");
    assert_eq!(with(&sources, &report, github::report), "");
    assert!(with(&sources, &report, junit::report).contains("tests=\"0\" failures=\"0\""));
}
