//! Findings as editors show them.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::client::Client;
use super::places::{Many, Places};
use super::project::Project;
use super::protocol::{CodeDescription, Diagnostic, RelatedInformation};
use crate::diagnostic::{self, Severity};
use crate::source::Sources;

/// The name under which findings appear.
pub(super) const SOURCE: &str = "rolecall";

/// Makes the protocol's form of findings.
pub(super) struct Shape<'a> {
    pub client: &'a Client,
    pub places: &'a Places<'a>,
    /// Where the pages of the rules are written, so that codes can be links; nothing where there is no place for them.
    pub pages: Option<&'a Path>,
}

impl Shape<'_> {
    /// All findings of a project, with the path of the file each stands in.
    pub fn findings(&self, project: &Project) -> Vec<(PathBuf, Diagnostic)> {
        let mut many = self.places.many(project);
        let own = project.findings().iter().map(|found| (project.path(found.span.source), found));
        own.filter(|(path, _)| project.owns(path))
            .map(|(path, found)| (path, self.finding(project, found, &mut many)))
            .collect()
    }

    /// One finding.
    pub fn finding(&self, project: &Project, found: &diagnostic::Diagnostic, many: &mut Many<'_>) -> Diagnostic {
        let sources = project.workspace().sources();
        let range = many.range(found.span);
        let mut message = found.message.clone();
        if let Some(when) = &found.when {
            message.push_str(&format!(" (when {when})"));
        }
        if let Some(help) = &found.help {
            message.push_str(&format!("\n{help}"));
        }
        let mut related_information = Vec::new();
        for label in &found.related {
            if self.client.related_information {
                let (location, message) = (many.location(label.span), label.message.clone());
                related_information.push(RelatedInformation { location, message });
            } else {
                let line = many.range(label.span).start.line + 1;
                message.push_str(&format!("\n{}:{line}: {}", sources.path(label.span.source), label.message));
            }
        }
        let data = self.client.diagnostic_data.then(|| {
            let fix = |fix: &diagnostic::Fix| json!({ "title": fix.title, "safe": fix.safe });
            let fixes: Vec<_> = found.fixes.iter().map(fix).collect();
            json!({ "fingerprint": found.fingerprint(sources), "fixes": fixes })
        });
        Diagnostic {
            range,
            severity: severity(found.severity),
            code: found.rule.to_owned(),
            code_description: self.page(found.rule),
            source: SOURCE,
            message,
            tags: if self.client.tags && found.rule.starts_with("unused-") { vec![1] } else { Vec::new() },
            related_information,
            data,
        }
    }

    /// A mistake in a configuration file.
    pub fn mistake(&self, found: &diagnostic::Diagnostic, sources: &Sources, open: bool) -> Diagnostic {
        let lines = super::lines::Lines::new(sources.text(found.span.source), self.client.unit, !open);
        let help = found.help.as_deref().map(|help| format!("\n{help}")).unwrap_or_default();
        Diagnostic {
            range: lines.range(found.span.start, found.span.end),
            severity: severity(found.severity),
            code: found.rule.to_owned(),
            code_description: None,
            source: SOURCE,
            message: format!("{}{help}", found.message),
            tags: Vec::new(),
            related_information: Vec::new(),
            data: None,
        }
    }

    fn page(&self, rule: &str) -> Option<CodeDescription> {
        let pages = self.pages.filter(|_| self.client.code_description)?;
        Some(CodeDescription { href: super::uri::of_path(&super::pages::path(pages, rule)) })
    }
}

fn severity(severity: Severity) -> u8 {
    match severity {
        Severity::Error => 1,
        Severity::Warning => 2,
        Severity::Info => 3,
    }
}
