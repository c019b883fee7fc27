//! What the client asks.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lsp_server::Request;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::actions::Actions;
use super::outbox::Failure;
use super::project::Project;
use super::protocol::{
    AboutDocument, AboutPosition, CONTENT_MODIFIED, CodeActionParams, DocumentDiagnosticParams, ExecuteCommand,
    INVALID_PARAMS, METHOD_NOT_FOUND, Position, WorkspaceDiagnosticParams,
};
use super::server::{Asked, Server};
use super::{commands, hover, lines, navigation, pages, rule_names, uri};
use crate::catalogue;
use crate::text::SourceId;

type Answer = Result<Value, Failure>;

impl Server {
    /// Answers a request.
    pub(super) fn respond(&mut self, request: Request) -> Answer {
        let parameters = request.params;
        match request.method.as_str() {
            "textDocument/hover" => self.hover(read(parameters)?),
            "textDocument/definition" => self.definition(read(parameters)?),
            "textDocument/references" => self.references(read(parameters)?),
            "textDocument/codeAction" => self.code_actions(read(parameters)?),
            "codeAction/resolve" => self.resolve_action(parameters),
            "textDocument/documentLink" => Ok(self.links(read(parameters)?)),
            "documentLink/resolve" => Ok(self.resolve_link(parameters)),
            "workspace/executeCommand" => self.execute(read(parameters)?),
            "textDocument/diagnostic" => self.diagnostic(read(parameters)?),
            "workspace/diagnostic" => self.workspace_diagnostic(read(parameters)?),
            method => Err(Failure::new(METHOD_NOT_FOUND, format!("{method} is not offered"))),
        }
    }

    fn path(&self, uri: &str) -> Option<PathBuf> {
        self.paths.get(uri).cloned().or_else(|| super::places::resolve(uri))
    }

    /// The project and the source of a document, brought up to date; `None` when the document is none of ours.
    fn at(&mut self, uri: &str) -> Result<Option<(PathBuf, SourceId)>, Failure> {
        let Some(path) = self.path(uri) else { return Ok(None) };
        if !self.projects.contains_key(&self.home(&path).0) {
            return Ok(None);
        }
        let root = self.settle(&path, false)?;
        let source = self.projects.get(&root).and_then(|project| project.source(&path));
        Ok(source.map(|source| (root, source)))
    }

    /// Runs `answer` with the project, the source and the byte that a position means; `null` where there is none.
    fn with_position(
        &mut self,
        about: &AboutPosition,
        answer: impl FnOnce(&Server, &Project, SourceId, u32) -> Value,
    ) -> Answer {
        let Some((root, source)) = self.at(&about.text_document.uri)? else { return Ok(Value::Null) };
        let Some(project) = self.projects.get(&root) else { return Ok(Value::Null) };
        let offset = self.places().offset(project, source, about.position);
        Ok(answer(self, project, source, offset))
    }

    fn hover(&mut self, about: AboutPosition) -> Answer {
        if let Some(rule) = self.rule_at(&about.text_document.uri, about.position) {
            return Ok(rule);
        }
        self.with_position(&about, |server, project, source, offset| {
            hover::chains(project, &server.places(), &server.client, source, offset).unwrap_or(Value::Null)
        })
    }

    /// The hover for the name of a rule in an open text.
    fn rule_at(&self, uri: &str, position: Position) -> Option<Value> {
        let path = self.path(uri)?;
        let document = self.documents.get(&path)?;
        let lines = lines::Lines::new(&document.text, self.client.unit, false);
        let offset = lines.offset(position);
        let named = rule_names::find(&path.to_string_lossy(), &document.text, &self.environment.rules);
        let here = named.iter().find(|named| named.start <= offset && offset <= named.end)?;
        Some(hover::rule(&self.client, here.rule, lines.range(here.start, here.end)))
    }

    fn definition(&mut self, about: AboutPosition) -> Answer {
        self.with_position(&about, |server, project, source, offset| {
            navigation::definition(project, &server.places(), &server.client, source, offset)
        })
    }

    fn references(&mut self, about: AboutPosition) -> Answer {
        // What uses a role may stand in a file that was not looked at yet.
        if let Some(path) = self.path(&about.text_document.uri)
            && self.projects.contains_key(&self.home(&path).0)
        {
            self.settle(&path, true)?;
        }
        let declaration = about.context.as_ref().is_some_and(|context| context.include_declaration);
        self.with_position(&about, |server, project, source, offset| {
            navigation::references(project, &server.places(), source, offset, declaration)
        })
    }

    fn code_actions(&mut self, parameters: CodeActionParams) -> Answer {
        let uri = parameters.text_document.uri.clone();
        self.with_actions(&uri, |actions| json!(actions.at(&parameters))).map(|found| found.unwrap_or(json!([])))
    }

    fn with_actions<T>(&mut self, uri: &str, use_them: impl FnOnce(&Actions<'_>) -> T) -> Result<Option<T>, Failure> {
        let Some((root, source)) = self.at(uri)? else { return Ok(None) };
        let Some(project) = self.projects.get(&root) else { return Ok(None) };
        let places = self.places();
        let shape = self.shape(&places);
        let actions = Actions { project, places: &places, client: &self.client, shape: &shape, uri, source };
        Ok(Some(use_them(&actions)))
    }

    fn resolve_action(&mut self, mut action: Value) -> Answer {
        let edit = self.edit_of(&action["data"])?;
        action["edit"] = edit;
        Ok(action)
    }

    /// The edit that the data of a code action stands for.
    fn edit_of(&mut self, data: &Value) -> Answer {
        let uri = data["uri"].as_str().unwrap_or("").to_owned();
        let edit = self.with_actions(&uri, |actions| actions.edit(data))?.flatten();
        edit.ok_or_else(|| Failure::new(CONTENT_MODIFIED, "the finding is not there any more"))
    }

    /// Links from the names of rules to their pages. Where they lead is filled in when one is followed.
    fn links(&mut self, about: AboutDocument) -> Value {
        let Some(path) = self.path(&about.text_document.uri) else { return json!([]) };
        let (Some(document), true) = (self.documents.get(&path), self.pages().is_some()) else { return json!([]) };
        let lines = lines::Lines::new(&document.text, self.client.unit, false);
        let named = rule_names::find(&path.to_string_lossy(), &document.text, &self.environment.rules);
        let link = |named: &rule_names::Named<'_>| json!({ "range": lines.range(named.start, named.end), "tooltip": named.rule.summary(), "data": named.rule.id });
        json!(named.iter().map(link).collect::<Vec<_>>())
    }

    fn resolve_link(&mut self, mut link: Value) -> Value {
        if let (Some(pages), Some(rule)) = (self.pages(), link["data"].as_str()) {
            link["target"] = json!(uri::of_path(&pages::path(pages, rule)));
        }
        link
    }

    fn execute(&mut self, parameters: ExecuteCommand) -> Answer {
        let argument = parameters.arguments.first().cloned().unwrap_or(Value::Null);
        match parameters.command.as_str() {
            commands::FIX_ALL => self.apply(&json!({ "uri": argument, "all": true }), "Apply all safe fixes"),
            commands::APPLY => self.apply(&argument, "Apply the fix"),
            commands::EXPLAIN => {
                let rule = catalogue::find(argument.as_str().unwrap_or(""), &self.environment.rules);
                let rule = *rule.map_err(|error| Failure::new(INVALID_PARAMS, error))?;
                if let Some(pages) = self.pages().filter(|_| self.client.show_document) {
                    let target = uri::of_path(&pages::path(pages, rule.id));
                    let id = self.outbox.ask("window/showDocument", json!({ "uri": target, "takeFocus": true }));
                    self.asked.insert(id, Asked::Done);
                }
                Ok(json!(rule.docs))
            }
            commands::DEBUG_INFO => Ok(json!(self.debug_info())),
            commands::SHOW_GRAPH => self.show_graph(&parameters.arguments),
            commands::CHECK => {
                self.check_everything()?;
                Ok(json!(self.debug_info()))
            }
            command => Err(Failure::new(INVALID_PARAMS, format!("there is no command {command}"))),
        }
    }

    /// The graph around a file. As Mermaid it is also shown as a text, where the client can show one.
    fn show_graph(&mut self, arguments: &[Value]) -> Answer {
        let text = |at: usize| arguments.get(at).and_then(Value::as_str);
        let path = text(0).and_then(|uri| self.path(uri));
        let path = path.ok_or_else(|| Failure::new(INVALID_PARAMS, "the first argument is the URI of a file"))?;
        let format = text(1).unwrap_or("mermaid");
        self.ensure(&path);
        let project = self.projects.get(&self.home(&path).0);
        let graph = project.and_then(|project| commands::graph(project, &path, format, &self.surroundings()));
        let graph = graph.ok_or_else(|| Failure::new(INVALID_PARAMS, format!("there is no format {format:?}")))?;
        if let Some(file) = self.pages().map(|pages| pages.with_file_name("graph.mmd"))
            && arguments.len() == 1
            && self.client.show_document
            && std::fs::write(&file, &graph).is_ok()
        {
            let target = uri::of_path(&file);
            let id = self.outbox.ask("window/showDocument", json!({ "uri": target, "takeFocus": true }));
            self.asked.insert(id, Asked::Done);
        }
        Ok(json!(graph))
    }

    /// Has the client apply the edit of a code action.
    fn apply(&mut self, data: &Value, label: &str) -> Answer {
        let edit = self.edit_of(data)?;
        let id = self.outbox.ask("workspace/applyEdit", json!({ "label": label, "edit": edit }));
        self.asked.insert(id, Asked::Done);
        Ok(Value::Null)
    }

    fn debug_info(&self) -> String {
        let mut text = format!("rolecall {}, columns in {}\n", env!("CARGO_PKG_VERSION"), self.client.encoding());
        for folder in &self.folders {
            text.push_str(&format!("folder {}\n", folder.uri));
        }
        text.extend(self.projects.values().map(commands::describe));
        text
    }

    /// Reads and checks everything anew, the files that nobody has open too.
    fn check_everything(&mut self) -> Result<(), Failure> {
        for folder in self.folders.clone() {
            self.ensure(&folder.real.join(""));
        }
        for project in self.projects.values_mut() {
            project.reload();
        }
        self.settle_all()?;
        self.publish();
        Ok(())
    }

    fn settle_all(&mut self) -> Result<(), Failure> {
        let roots: Vec<PathBuf> = self.projects.keys().cloned().collect();
        for root in roots {
            self.settle_root(&root, true)?;
        }
        Ok(())
    }

    fn diagnostic(&mut self, parameters: DocumentDiagnosticParams) -> Answer {
        if let Some(path) = self.path(&parameters.text_document.uri)
            && self.projects.contains_key(&self.home(&path).0)
        {
            self.settle(&path, false)?;
        }
        self.publish();
        let uri = self.path(&parameters.text_document.uri).map(|path| self.places().uri(&path));
        let uri = uri.unwrap_or(parameters.text_document.uri);
        Ok(self.published.report(&uri, parameters.previous_result_id.as_deref()))
    }

    fn workspace_diagnostic(&mut self, parameters: WorkspaceDiagnosticParams) -> Answer {
        self.settle_all()?;
        self.publish();
        let previous: BTreeMap<String, String> =
            parameters.previous_result_ids.into_iter().map(|known| (known.uri, known.value)).collect();
        Ok(self.published.reports(&previous))
    }
}

fn read<P: DeserializeOwned>(parameters: Value) -> Result<P, Failure> {
    serde_json::from_value(parameters).map_err(|error| Failure::new(INVALID_PARAMS, error.to_string()))
}
