//! What can be done about the findings at a place: apply a fix, suppress the finding with a reason, read about the rule, or
//! apply every safe fix of the file.

use serde_json::{Value, json};

use super::client::Client;
use super::commands::EXPLAIN;
use super::edits::workspace_edit;
use super::findings::Shape;
use super::places::Places;
use super::project::Project;
use super::protocol::{CodeActionParams, Diagnostic};
use crate::diagnostic::{self, Edit, Fix};
use crate::fix;
use crate::text::SourceId;

/// The kind of actions that mend one finding.
const QUICK_FIX: &str = "quickfix";
/// The kind of the action that mends all that is safe in a file.
pub(super) const FIX_ALL: &str = "source.fixAll.rolecall";

/// What stands for the reason until somebody writes it; a suppression without one does not count.
const REASON: &str = "TODO: say why";

/// Makes code actions for one file of a project.
pub(super) struct Actions<'a> {
    pub project: &'a Project,
    pub places: &'a Places<'a>,
    pub client: &'a Client,
    pub shape: &'a Shape<'a>,
    pub uri: &'a str,
    pub source: SourceId,
}

impl Actions<'_> {
    /// The actions for a range of the file.
    pub fn at(&self, parameters: &CodeActionParams) -> Vec<Value> {
        let wanted = |kind: &str| {
            let under =
                |only: &String| kind == only || kind.strip_prefix(&**only).is_some_and(|rest| rest.starts_with('.'));
            parameters.context.only.as_ref().is_none_or(|only| only.iter().any(under))
        };
        let mut actions = Vec::new();
        if wanted(QUICK_FIX) {
            let lines = self.places.lines(self.project, self.source);
            let (start, end) = (lines.offset(parameters.range.start), lines.offset(parameters.range.end));
            let here = |found: &&diagnostic::Diagnostic| {
                found.span.source == self.source && found.span.start <= end && start <= found.span.end
            };
            for found in self.findings().filter(here) {
                self.about(found, &mut actions);
            }
        }
        if wanted(FIX_ALL) && !self.all_safe().is_empty() {
            let title = "Apply all safe fixes of rolecall in this file";
            let data = json!({ "uri": self.uri, "all": true });
            actions.push(self.action(title, FIX_ALL, None, false, data, || self.all_safe()));
        }
        actions
    }

    fn findings(&self) -> impl Iterator<Item = &diagnostic::Diagnostic> {
        self.project.findings().iter().filter(|found| self.project.owns(&self.project.path(found.span.source)))
    }

    /// The actions for one finding.
    fn about(&self, found: &diagnostic::Diagnostic, actions: &mut Vec<Value>) {
        let mut many = self.places.many(self.project);
        let shown = self.shape.finding(self.project, found, &mut many);
        let fingerprint = found.fingerprint(self.project.workspace().sources());
        let safe = found.fixes.iter().filter(|fix| fix.safe).count();
        for (number, fix) in found.fixes.iter().enumerate() {
            let title = if fix.safe { fix.title.clone() } else { format!("{} (review)", fix.title) };
            let data = json!({ "uri": self.uri, "fingerprint": fingerprint, "fix": number });
            let preferred = fix.safe && safe == 1;
            actions.push(self.action(&title, QUICK_FIX, Some(&shown), preferred, data, || self.edits(fix)));
        }
        if self.silence(found).is_some() {
            let title = format!("Ignore {} here and say why", found.rule);
            let data = json!({ "uri": self.uri, "fingerprint": fingerprint, "ignore": true });
            let edits = || self.silence(found).into_iter().collect();
            actions.push(self.action(&title, QUICK_FIX, Some(&shown), false, data, edits));
        }
        let title = format!("Read about {}", found.rule);
        let command = json!({ "title": title, "command": EXPLAIN, "arguments": [found.rule] });
        actions.push(if self.client.code_action_literals {
            json!({ "title": title, "kind": QUICK_FIX, "diagnostics": [shown], "command": command })
        } else {
            command
        });
    }

    /// The edits of all safe fixes of the file's findings that do not get into each other's way.
    fn all_safe(&self) -> Vec<Edit> {
        let here = self.findings().filter(|found| found.span.source == self.source).cloned();
        fix::safe_edits(&here.collect::<Vec<_>>(), self.project.workspace().sources())
    }

    /// The edit that suppresses a finding and leaves the reason to be written.
    fn silence(&self, found: &diagnostic::Diagnostic) -> Option<Edit> {
        let workspace = self.project.workspace();
        let edit = workspace.suppression(found, REASON)?;
        Some(fix::with_line_ends(&edit, workspace.sources()))
    }

    fn edits(&self, fix: &Fix) -> Vec<Edit> {
        fix.edits.iter().map(|edit| fix::with_line_ends(edit, self.project.workspace().sources())).collect()
    }

    /// One action. Its edits are made when it is chosen, if the client can ask for them then.
    fn action(
        &self,
        title: &str,
        kind: &str,
        about: Option<&Diagnostic>,
        preferred: bool,
        data: Value,
        edits: impl Fn() -> Vec<Edit>,
    ) -> Value {
        if !self.client.code_action_literals {
            // Such a client takes commands only; the edit comes back to it as a request.
            return json!({ "title": title, "command": super::commands::APPLY, "arguments": [data] });
        }
        let mut action = json!({ "title": title, "kind": kind });
        if let Some(about) = about {
            action["diagnostics"] = json!([about]);
        }
        if self.client.preferred && preferred {
            action["isPreferred"] = json!(true);
        }
        if self.client.resolves_edits && self.client.code_action_data {
            action["data"] = data;
        } else {
            action["edit"] = workspace_edit(self.project, self.places, self.client, &edits());
        }
        action
    }

    /// The edit of an action from its `data`; `None` when there is no such finding any more.
    pub fn edit(&self, data: &Value) -> Option<Value> {
        let edits = if data["all"] == json!(true) {
            self.all_safe()
        } else {
            let fingerprint = data["fingerprint"].as_str()?;
            let sources = self.project.workspace().sources();
            let found = self.findings().find(|found| found.fingerprint(sources) == fingerprint)?;
            match data["fix"].as_u64() {
                Some(number) => self.edits(found.fixes.get(usize::try_from(number).ok()?)?),
                None => vec![self.silence(found)?],
            }
        };
        Some(workspace_edit(self.project, self.places, self.client, &edits))
    }
}
