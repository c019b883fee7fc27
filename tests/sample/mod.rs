//! A report with everything that a renderer may meet.

use rolecall::diagnostic::{Diagnostic, Edit, Fix, Severity, sort};
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
pub fn nth(sources: &Sources, source: SourceId, text: &str, n: usize) -> Span {
    let found = sources.text(source).match_indices(text).nth(n);
    assert!(found.is_some(), "{text} is not there");
    let at = found.map_or(0, |(at, _)| at);
    Span::new(source, at as u32, (at + text.len()) as u32)
}

pub fn only(sources: &Sources, source: SourceId, text: &str) -> Span {
    nth(sources, source, text, 0)
}

/// A report with a chain over two files, wide characters, carriage returns, a template in one long line, characters that
/// act on terminals and spans that do not fit.
pub fn sample() -> (Sources, Report) {
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
        missing: None,
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
