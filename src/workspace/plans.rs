//! The Terraform plans and states of a workspace.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::texts::{Texts, language};
use crate::diagnostic::Diagnostic;
use crate::files::{File, Files};
use crate::syntax::{Document, Language, recognise};
use crate::terraform::{Library, plan};

/// All plans and states.
#[derive(Default)]
pub(super) struct Plans {
    /// Their paths with their documents.
    pub found: Vec<(Arc<str>, Arc<Document>)>,
    /// The root modules that are evaluated with one of them: what they are, the plan decides.
    pub roots: BTreeSet<String>,
    /// What is wrong with their texts.
    pub diagnostics: Vec<Diagnostic>,
}

/// Finds the plans and states among all texts.
pub(super) fn find(texts: &Texts, library: &Library) -> Plans {
    let mut plans = Plans::default();
    let paths: Vec<Arc<str>> = texts.paths().cloned().collect();
    for path in paths {
        let File::Text(source, text) = texts.file(&path) else { continue };
        if language(&path, &text) != Some(Language::Json) || !recognise::plan_text(&path, &text) {
            continue;
        }
        let Some(parsed) = texts.parsed(source).filter(|parsed| recognise::is_plan(&parsed.document)) else { continue };
        plans.roots.extend(plan::root(&parsed.document, &path, library, texts));
        plans.diagnostics.extend(parsed.diagnostics.iter().cloned());
        plans.found.push((path, parsed.document));
    }
    plans
}
