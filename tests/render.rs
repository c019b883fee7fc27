//! What reports look like. The expected texts are in `testdata/render/`; after a wanted change, look at what
//! `ROLECALL_WRITE_EXPECTED=1 cargo test --test render` makes of them.

mod sample;

use std::path::Path;

use rolecall::diagnostic::{Diagnostic, Severity};
use rolecall::render::{Beside, Style, concise, full::Full, json, plain, tally, trace};
use rolecall::source::Sources;
use rolecall::text::Span;
use rolecall::workspace::{Report, Suppressed};
use sample::sample;

fn expect(name: &str, text: &str) {
    // Tests run in the package's directory.
    let path = Path::new("testdata/render").join(name);
    if std::env::var_os("ROLECALL_WRITE_EXPECTED").is_some() {
        assert!(std::fs::write(&path, text).is_ok(), "{name} cannot be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected, "{name} looks different");
}

fn all(full: &Full<'_>, report: &Report) -> String {
    report.diagnostics.iter().map(|finding| full.finding(finding, finding.rule != "syntax-error")).collect()
}

#[test]
fn full() {
    let (sources, report) = sample();
    let text = all(&Full::new(&sources, Style::default()), &report);
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{9b}']), "something would act on the terminal");
    expect("full.txt", &text);
}

#[test]
fn full_in_ascii() {
    let (sources, report) = sample();
    let style = Style { unicode: false, ..Style::default() };
    let role = |finding: &&Diagnostic| finding.rule == "role-as-instance-profile";
    let finding = report.diagnostics.iter().find(role).unwrap();
    let text = Full::new(&sources, style).finding(finding, true);
    assert!(text.is_ascii(), "{text}");
    expect("full-ascii.txt", &text);
}

#[test]
fn full_with_colours_says_the_same() {
    let (sources, report) = sample();
    let plain = all(&Full::new(&sources, Style::default()), &report);
    let colored = all(&Full::new(&sources, Style { color: true, ..Style::default() }), &report);
    assert!(colored.contains("\u{1b}["));
    assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
}

#[test]
fn plain_is_words_alone() {
    let (sources, report) = sample();
    let page = |finding: &Diagnostic| finding.rule != "syntax-error";
    let finding = |finding: &Diagnostic| plain::finding(finding, &sources, Style::default(), page(finding));
    let text: String = report.diagnostics.iter().map(finding).collect();
    expect("plain.txt", &text);
    let drawn = |character: char| ('\u{2190}'..='\u{2bff}').contains(&character);
    assert!(!text.contains(drawn) && !text.contains(['\u{1b}', '\u{202e}', '\u{9b}']), "{text}");
    for finding in &report.diagnostics {
        assert!(text.contains(&format!("{}[{}]: ", finding.severity, finding.rule)));
    }
    // The tree of chains is drawn with nothing but spaces, too.
    let tree = trace::chains(report.chains.iter(), &sources, Style { plain: true, ..Style::default() });
    assert!(!tree.contains(drawn) && tree.contains(": holds"), "{tree}");
}

#[test]
fn names_of_files_are_links_where_they_are_wanted() {
    let (sources, report) = sample();
    let target = |name: &str| Some(format!("file://host/w/{name}"));
    let draw = |links| all(&Full::new(&sources, Style { links, ..Style::default() }).with_target(&target), &report);
    let without = draw(false);
    assert_eq!(without, all(&Full::new(&sources, Style::default()), &report));
    let with = draw(true);
    let link = "\u{1b}]8;;file://host/w/main.tf\u{1b}\\main.tf\u{1b}]8;;\u{1b}\\:3:";
    assert!(with.contains(link), "{with}");
    assert_eq!(anstream::adapter::strip_str(&with).to_string(), without, "they take no room");
}

#[test]
fn prose_is_broken_at_the_width() {
    let (sources, report) = sample();
    for width in [40, 80] {
        let style = Style { width, ..Style::default() };
        let full = Full::new(&sources, style);
        let text: String = report.diagnostics.iter().map(|finding| full.finding(finding, true)).collect();
        let prose = text.lines().filter(|line| !line.contains('│') && !line.contains('·'));
        for line in prose {
            assert!(line.chars().count() <= width, "{width}: {line}");
        }
    }
}

#[test]
fn one_line_each() {
    let (sources, report) = sample();
    let lines: Vec<String> = report.diagnostics.iter().map(|finding| concise::finding(finding, &sources)).collect();
    assert!(lines.iter().all(|line| !line.contains(['\n', '\u{1b}'])));
    expect("concise.txt", &(lines.join("\n") + "\n"));
}

#[test]
fn json_has_the_promised_shape() {
    let (sources, report) = sample();
    let text = json::report(&report, &sources, Beside { undecided: true, silenced: false });
    expect("report.json", &text);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(keys(&value), "findings summary undecided undecided_chains version");
    assert_eq!(keys(&value["summary"]), "chains errors files infos known resources suppressed warnings");
    let keys_of_a_finding = "docs end file fingerprint fixes help message related resource rule severity start when";
    let length = |file: &serde_json::Value| sources.text(sources.id(file.as_str().unwrap()).unwrap()).len() as u64;
    for finding in value["findings"].as_array().unwrap() {
        assert_eq!(keys(finding), keys_of_a_finding);
        for place in [&finding["start"], &finding["end"]] {
            assert_eq!(keys(place), "byte column line");
            assert!(place["line"].as_u64() >= Some(1) && place["column"].as_u64() >= Some(1));
            assert!(place["byte"].as_u64().unwrap() <= length(&finding["file"]));
        }
        assert!(finding["start"]["byte"].as_u64() <= finding["end"]["byte"].as_u64());
        for related in finding["related"].as_array().unwrap() {
            assert_eq!(keys(related), "end file message start");
        }
        for fix in finding["fixes"].as_array().unwrap() {
            assert_eq!(keys(fix), "edits safe title");
            assert_eq!(keys(&fix["edits"][0]), "end_byte file start_byte text");
        }
    }
    let plain: serde_json::Value = serde_json::from_str(&json::report(&report, &sources, Beside::default())).unwrap();
    assert_eq!(keys(&plain), "findings summary undecided version");
    assert_eq!(plain["undecided"], 1);
}

#[test]
fn what_is_silenced_can_be_listed() {
    let (sources, mut report) = sample();
    let (hidden, known) = (report.diagnostics.remove(0), report.diagnostics.remove(0));
    let span = hidden.span;
    report.suppressed.push(Suppressed { diagnostic: hidden.clone(), span, reason: "an \u{1b}old one".to_owned() });
    report.known.push(known.clone());
    let text = json::report(&report, &sources, Beside { undecided: false, silenced: true });
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["suppressed"][0]["reason"], "an \u{1b}old one");
    assert_eq!(value["suppressed"][0]["finding"]["message"], hidden.message);
    assert!(value["suppressed"][0]["by"]["start"]["line"].is_u64());
    assert_eq!(value["known"][0]["message"], known.message);
    let lines = concise::silenced(&report, &sources);
    assert_eq!(lines.lines().count(), 2);
    assert!(lines.contains("suppressed on line") && lines.contains("in the baseline") && !lines.contains('\u{1b}'));
}

#[test]
fn chains_as_trees() {
    let (sources, report) = sample();
    let text = trace::chains(report.chains.iter(), &sources, Style::default());
    expect("trace.txt", &text);
    let ascii = trace::chains(report.chains.iter(), &sources, Style { unicode: false, ..Style::default() });
    assert!(ascii.is_ascii(), "{ascii}");
    expect("trace.json", &json::chains(report.chains.iter(), &sources));
    let undecided = trace::undecided(report.chains.iter(), &sources);
    assert_eq!(
        undecided,
        "main.tf:3: undecided: module.web.aws_lambda_function.f[\"a\"] role: the module `corp/iam/aws` is not at hand\n"
    );
}

#[test]
fn counts_are_words() {
    let (_, report) = sample();
    let style = Style::default();
    assert_eq!(
        tally::summary(&report, style),
        "5 errors, 1 warning and 1 info in 5 files; 3 identity chains: 1 holds, 1 is broken, 1 is undecided"
    );
    assert_eq!(tally::summary(&Report::default(), style), "nothing found in 0 files; no identity chains");
    assert!(tally::statistics(&report, style).starts_with("3  error    syntax-error\n1  error    malformed-policy\n"));
}

/// However spans lie, a finding is drawn, its rule is named, and the terminal is safe.
#[test]
fn any_span_can_be_drawn() {
    let texts = ["", "\n", "é\u{1F600}x\r\n\r\n\ty", "a\r", &"\u{1F600}".repeat(300), "x\n\n\n\n\n\n\n\n\n\ny"];
    let mut sources = Sources::new();
    for (at, text) in texts.iter().enumerate() {
        let id = sources.set(&format!("{at}.tf"), *text);
        let full = Full::new(&sources, Style::default());
        let length = text.len() as u32 + 2;
        let step = (length / 24).max(1) as usize;
        for start in (0..length).step_by(step) {
            for end in (0..length).step_by(step) {
                let finding = Diagnostic::new("r", Severity::Error, Span::new(id, start, end), "m")
                    .with_label("l")
                    .with_related(Span::new(id, end, start), "other");
                let text = full.finding(&finding, false);
                assert!(text.starts_with("error[r]") && text.contains(&format!("{at}.tf:")), "{start}..{end}: {text}");
                assert!(!text.contains("Failed to read"), "{start}..{end}: {text}");
            }
        }
    }
}
