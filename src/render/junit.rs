//! JUnit's XML, for services that show tests. A finding is a failed test with its place in the name, the only part that
//! all of them show; a root module or template without findings is a test that passed.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::outcome::{Outcome, sentence};
use super::printable;
use crate::diagnostic::Diagnostic;
use crate::graph::Dialect;
use crate::workspace::Unit;

/// The report as one document and a line end.
pub fn report(outcome: &Outcome<'_>) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing into memory cannot fail.
    let _ = write(outcome, &mut writer);
    String::from_utf8(writer.into_inner()).unwrap_or_default() + "\n"
}

type Xml = Writer<Vec<u8>>;

fn write(outcome: &Outcome<'_>, xml: &mut Xml) -> std::io::Result<()> {
    let findings = &outcome.report.diagnostics;
    let clean: Vec<&Unit> = outcome.report.units.iter().filter(|unit| is_clean(unit, outcome)).collect();
    let (tests, failures) = ((findings.len() + clean.len()).to_string(), findings.len().to_string());
    let counts = [("name", "rolecall"), ("tests", &*tests), ("failures", &*failures), ("errors", "0")];
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.write_event(Event::Start(BytesStart::new("testsuites").with_attributes(counts)))?;
    xml.write_event(Event::Start(BytesStart::new("testsuite").with_attributes(counts)))?;
    for finding in findings {
        failed(finding, outcome, xml)?;
    }
    for unit in clean {
        let path = outcome.root.path(&unit.path);
        let name = match (unit.dialect, path.is_empty()) {
            (Dialect::Terraform, true) => "root module .".to_owned(),
            (Dialect::Terraform, false) => format!("root module {path}"),
            (Dialect::CloudFormation, _) => format!("template {path}"),
        };
        let name = legal(&name);
        let attributes = [("name", &*name), ("classname", "rolecall")];
        xml.write_event(Event::Empty(BytesStart::new("testcase").with_attributes(attributes)))?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuite")))?;
    xml.write_event(Event::End(BytesEnd::new("testsuites")))
}

fn failed(finding: &Diagnostic, outcome: &Outcome<'_>, xml: &mut Xml) -> std::io::Result<()> {
    let path = legal(&outcome.path(finding.span));
    let at = outcome.sources.start(finding.span);
    let line = at.line.to_string();
    let name = format!("{path}:{line} {}", finding.rule);
    let attributes = [("name", &*name), ("classname", finding.rule), ("file", &path), ("line", &line)];
    xml.write_event(Event::Start(BytesStart::new("testcase").with_attributes(attributes)))?;
    let message = legal(&sentence(finding));
    let attributes = [("message", &*message), ("type", finding.severity.as_str())];
    xml.write_event(Event::Start(BytesStart::new("failure").with_attributes(attributes)))?;
    let mut text = format!("{path}:{line}:{}: {message}", at.column);
    if let Some(help) = &finding.help {
        text.push_str(&format!("\n{help}"));
    }
    for label in &finding.related {
        let at = outcome.sources.start(label.span);
        text.push_str(&format!("\n{}:{}:{}: {}", outcome.path(label.span), at.line, at.column, label.message));
    }
    xml.write_event(Event::Text(BytesText::new(&legal(&text))))?;
    xml.write_event(Event::End(BytesEnd::new("failure")))?;
    xml.write_event(Event::End(BytesEnd::new("testcase")))
}

/// Whether nothing was found in what a unit is made of.
fn is_clean(unit: &Unit, outcome: &Outcome<'_>) -> bool {
    !outcome.report.diagnostics.iter().any(|finding| unit.holds(outcome.sources.path(finding.span.source)))
}

/// Text that may stand in XML: what acts on a terminal may not, nor may two characters that are none.
fn legal(text: &str) -> String {
    printable(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_does_not_take_is_replaced() {
        assert_eq!(legal("a\u{0}\u{b}\u{ffff}\n\t"), "a??\u{fffd}\n\t");
    }
}
