//! What reports look like. The expected texts are in `testdata/render/`; after a wanted change, look at what
//! `ROLECALL_WRITE_EXPECTED=1 cargo test --test render` makes of them.

use std::path::Path;

use rolecall::diagnostic::{Diagnostic, Edit, Fix, Severity, sort};
use rolecall::render::{Style, concise, full::Full, json, tally, trace};
use rolecall::source::Sources;
use rolecall::text::{SourceId, Span};
use rolecall::workspace::{Chain, ChainLink, Report, Summary, Verdict};

const MAIN: &str = r#"resource "aws_instance" "web" {
  ami                  = "ami-1"
  iam_instance_profile = aws_iam_role.app.name
}

variable "grösse" { default = "日本" } # 日本語のコメント
"#;

const IAM: &str = "resource \"aws_iam_role\" \"app\" {\r\n\tname = \"app\"\r\n\tassume_role_policy = <<EOT\r\n{\"Version\": \"2012-10-17\",\r\n \"Statement\": []}\r\nEOT\r\n}\r\n";

/// The span of the n-th `text` (from 0) in a source.
fn nth(sources: &Sources, source: SourceId, text: &str, n: usize) -> Span {
    let found = sources.text(source).match_indices(text).nth(n);
    assert!(found.is_some(), "{text} is not there");
    let at = found.map_or(0, |(at, _)| at);
    Span::new(source, at as u32, (at + text.len()) as u32)
}

fn only(sources: &Sources, source: SourceId, text: &str) -> Span {
    nth(sources, source, text, 0)
}

/// A report with a chain over two files, wide characters, carriage returns, a template in one long line, characters that
/// act on terminals and spans that do not fit.
fn sample() -> (Sources, Report) {
    let mut sources = Sources::new();
    let main = sources.set("main.tf", MAIN);
    let iam = sources.set("iam/roles.tf", IAM);
    let filler = r#""Filler":{"Type":"AWS::SNS::Topic"},"#.repeat(40);
    let long = format!(
        r#"{{"Resources":{{{filler}"Web":{{"Properties":{{"IamInstanceProfile":"é"}}}},{filler}"Last":{{}}}}}}"#
    );
    let template = sources.set("template.json", long);
    let hostile = sources.set("hostile.tf", "a = \"\u{1b}[31mred\u{202e}\" # \u{9b}x\n");
    let empty = sources.set("empty.tf", "");

    let slot = only(&sources, main, "aws_iam_role.app.name");
    let mut first = Diagnostic::new(
        "role-as-instance-profile",
        Severity::Error,
        slot,
        "`aws_instance.web` takes an instance profile here, and is given the name of the role `aws_iam_role.app`",
    )
    .with_label("the name of a role")
    .with_help(
        "AWS answers \"Invalid IAM Instance Profile name\": the console makes a profile of the same name with a role, \
         Terraform does not.\nDeclare an aws_iam_instance_profile with this role and use its name",
    )
    .with_related(only(&sources, iam, "\"aws_iam_role\" \"app\""), "the role")
    .with_related(only(&sources, main, "\"aws_instance\" \"web\""), "the instance")
    .with_related(Span::new(iam, 65, IAM.len() as u32), "its trust policy");
    first.resource = Some("aws_instance.web".to_owned());
    first.fixes = vec![Fix {
        title: "Use the instance profile's name".to_owned(),
        safe: false,
        edits: vec![Edit { span: slot, text: "aws_iam_instance_profile.app.name".to_owned() }],
    }];

    let mut second = Diagnostic::new(
        "name-instead-of-arn",
        Severity::Warning,
        only(&sources, main, "\"日本\""),
        "a name stands here, the ARN is wanted",
    )
    .with_label("a name");
    second.when = Some("var.create is true".to_owned());

    let third = Diagnostic::new(
        "unused-instance-profile",
        Severity::Info,
        only(&sources, template, "\"é\""),
        "a finding in a template of one long line",
    )
    .with_label("here")
    .with_related(nth(&sources, template, "\"Last\":{}", 0), "the last resource");

    let diagnostics = vec![
        first,
        second,
        third,
        Diagnostic::new(
            "malformed-policy",
            Severity::Error,
            only(&sources, hostile, "\u{1b}[31mred\u{202e}"),
            "what others wrote (\u{1b}[31mred\u{1b}[0m)\nacts on no terminal",
        )
        .with_label("\u{1b}[1mhere"),
        Diagnostic::new("syntax-error", Severity::Error, Span::file_start(empty), "an empty file"),
        Diagnostic::new("syntax-error", Severity::Error, Span::new(iam, 9_000, 10_000), "a span behind the end"),
        Diagnostic::new(
            "syntax-error",
            Severity::Error,
            Span::new(main, 9_000, 3),
            "a span that ends before it begins",
        ),
    ];

    let link = |span, text: &str| ChainLink { text: text.to_owned(), span };
    let chain = |resource: &str, slot: &str, verdict, why: &str, links| Chain {
        resource: resource.into(),
        slot: slot.into(),
        verdict,
        why: why.to_owned(),
        when: None,
        links,
    };
    let mut conditional = chain(
        "aws_instance.web",
        "credit_role",
        Verdict::Broken,
        "it is given a role",
        vec![
            link(slot, "aws_instance.web takes an instance profile"),
            link(only(&sources, iam, "\"app\""), "aws_iam_role.app"),
        ],
    );
    conditional.when = Some("var.create is true".to_owned());
    let chains = vec![
        conditional,
        chain(
            "aws_instance.web",
            "iam_instance_profile",
            Verdict::Holds,
            "",
            vec![
                link(slot, "aws_instance.web takes an instance profile"),
                link(only(&sources, iam, "name"), "aws_iam_role.app\u{1b}[2J"),
                link(only(&sources, iam, "EOT"), "trusts ec2.amazonaws.com"),
            ],
        ),
        chain(
            "module.web.aws_lambda_function.f[\"a\"]",
            "role",
            Verdict::Undecided,
            "the module `corp/iam/aws` is not at hand",
            vec![link(only(&sources, main, "aws_iam_role.app.name"), "aws_lambda_function.f takes a role")],
        ),
    ];
    let mut report =
        Report { diagnostics, chains, summary: Summary { files: 5, resources: 4, chains: 3 }, ..Report::default() };
    sort(&mut report.diagnostics, &sources);
    (sources, report)
}

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
    let text = json::report(&report, &sources, true);
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
    let plain: serde_json::Value = serde_json::from_str(&json::report(&report, &sources, false)).unwrap();
    assert_eq!(keys(&plain), "findings summary undecided version");
    assert_eq!(plain["undecided"], 1);
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
