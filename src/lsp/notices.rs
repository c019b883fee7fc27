//! What the client tells without wanting an answer: texts opened, changed, saved and closed, folders, settings, files.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lsp_server::Notification;
use serde::de::DeserializeOwned;

use super::documents::Document;
use super::outbox::Weight;
use super::places::{Folder, resolve};
use super::protocol::{AboutDocument, DidChange, DidOpen, FilesChanged, FoldersChanged, TextDocumentItem};
use super::server::Server;
use crate::config::FILE_NAME;
use crate::syntax::Language;
use crate::syntax::recognise::cloudformation_text;
use crate::workspace::language;

/// How often typing may lead to a look at the disk.
const LOOK: Duration = Duration::from_secs(2);

impl Server {
    /// Takes a notification. One that is not known, or makes no sense, is passed over.
    pub(super) fn notice(&mut self, notification: Notification) {
        match notification.method.as_str() {
            "textDocument/didOpen" => self.with(notification, Server::opened),
            "textDocument/didChange" => self.with(notification, Server::changed),
            "textDocument/didSave" => self.with(notification, Server::saved),
            "textDocument/didClose" => self.with(notification, Server::closed),
            "workspace/didChangeWatchedFiles" => self.with(notification, Server::files_changed),
            "workspace/didChangeWorkspaceFolders" => self.with(notification, Server::folders_changed),
            "workspace/didChangeConfiguration" => {
                if self.client.configuration {
                    self.ask_settings();
                } else {
                    self.prefer(&notification.params["settings"]);
                }
            }
            _ => {}
        }
    }

    fn with<P: DeserializeOwned>(&mut self, notification: Notification, take: impl FnOnce(&mut Server, P)) {
        match serde_json::from_value(notification.params) {
            Ok(parameters) => take(self, parameters),
            Err(error) => self.outbox.log(Weight::Log, &format!("{}: {error}", notification.method)),
        }
    }

    fn opened(&mut self, parameters: DidOpen) {
        let TextDocumentItem { uri, language_id, version, text } = parameters.text_document;
        let Some(path) = resolve(&uri).or_else(|| unsaved(&uri, &language_id)) else {
            self.outbox.log(Weight::Log, &format!("{uri} is no file and not analysed"));
            return;
        };
        self.paths.insert(uri.clone(), path.clone());
        self.documents.open(path.clone(), Document { uri, version, text: text.into() });
        self.last_change = None;
        if !self.is_ours(&path) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            self.outbox.log(Weight::Log, &format!("{name} is neither Terraform nor a template, and not analysed"));
        }
        self.text_changed(&path);
    }

    fn changed(&mut self, parameters: DidChange) {
        let Some(path) = self.paths.get(&parameters.text_document.uri).cloned() else { return };
        let (version, unit) = (parameters.text_document.version, self.client.unit);
        if self.documents.change(&path, version, &parameters.content_changes, unit).is_none() {
            return;
        }
        self.last_change = Some(Instant::now());
        self.text_changed(&path);
        if self.last_look.is_none_or(|last| last.elapsed() > LOOK) {
            self.look();
        }
    }

    fn saved(&mut self, parameters: AboutDocument) {
        let Some(path) = self.paths.get(&parameters.text_document.uri).cloned() else { return };
        for project in self.projects.values_mut() {
            project.saved(&path);
        }
        self.look();
    }

    fn closed(&mut self, parameters: AboutDocument) {
        let Some(path) = self.paths.remove(&parameters.text_document.uri) else { return };
        self.documents.close(&path);
        self.last_change = None;
        if path.starts_with(super::UNSAVED) {
            let root = self.home(&path).0;
            self.projects.remove(&root);
            self.news = true;
            return;
        }
        self.text_changed(&path);
        let open = |root: &Path| self.documents.iter().any(|(path, _)| path.parent() == Some(root));
        let without: Vec<PathBuf> = self
            .projects
            .values()
            .filter(|project| !project.is_tree() && !open(&project.root))
            .map(|p| p.root.clone())
            .collect();
        for root in without {
            self.projects.remove(&root);
        }
        self.news = true;
    }

    /// Tells the projects that a text is another now.
    fn text_changed(&mut self, path: &Path) {
        if path.file_name().is_some_and(|name| name == FILE_NAME) {
            self.configure_all();
            return;
        }
        if self.is_ours(path) {
            self.ensure(path);
        }
        let text = self.documents.get(&path.to_owned()).map(|document| document.text.clone());
        let unsaved = path.starts_with(super::UNSAVED);
        for project in self.projects.values_mut() {
            if project.is_unsaved() == unsaved && (!unsaved || path.starts_with(&project.root)) {
                project.set(path, text.as_ref());
            }
        }
        self.news = true;
    }

    /// Whether an open text is something that is analysed: by its path, and for a template also by what is in it.
    fn is_ours(&self, path: &Path) -> bool {
        let Some(document) = self.documents.get(&path.to_owned()) else { return false };
        let name = path.to_string_lossy();
        match language(&name, &document.text) {
            Some(Language::Hcl | Language::TerraformJson) => true,
            Some(_) => cloudformation_text(&name, &document.text),
            None => false,
        }
    }

    /// Looks whether files changed on the disk.
    fn look(&mut self) {
        self.last_look = Some(Instant::now());
        let mut projects = std::mem::take(&mut self.projects);
        for project in projects.values_mut() {
            project.refresh(&self.surroundings());
        }
        self.projects = projects;
        self.show_mistakes();
    }

    fn files_changed(&mut self, parameters: FilesChanged) {
        let paths: Vec<PathBuf> = parameters.changes.iter().filter_map(|change| resolve(&change.uri)).collect();
        let decides = |path: &PathBuf| {
            let by_name = path.file_name().and_then(|name| name.to_str()).is_some_and(super::project::decides);
            by_name || self.projects.values().any(|project| project.decides(path))
        };
        if paths.iter().any(decides) {
            self.configure_all();
            return;
        }
        for project in self.projects.values_mut() {
            let open = |path: &PathBuf| self.documents.get(path).is_some();
            if paths.iter().any(|path| !open(path) && project.concerns(path)) {
                project.reload();
            }
        }
    }

    fn folders_changed(&mut self, parameters: FoldersChanged) {
        let removed = parameters.event.removed.iter().filter_map(|folder| Folder::new(&folder.uri));
        let removed: Vec<Folder> = removed.collect();
        self.folders.retain(|folder| !removed.iter().any(|gone| gone.real == folder.real));
        for folder in parameters.event.added.iter().filter_map(|folder| Folder::new(&folder.uri)) {
            if !self.folders.contains(&folder) {
                self.folders.push(folder);
            }
        }
        // Every open file may belong elsewhere now.
        self.projects.clear();
        let open: Vec<PathBuf> = self.documents.iter().map(|(path, _)| path.clone()).collect();
        for path in open {
            if self.is_ours(&path) {
                self.ensure(&path);
            }
        }
        self.news = true;
    }
}

/// A path for a text that is in no file yet, so that it is analysed by itself in the language the editor takes it for.
fn unsaved(uri: &str, language: &str) -> Option<PathBuf> {
    let name = uri.strip_prefix("untitled:")?;
    let directory = Path::new(super::UNSAVED).join(name.replace(['/', '\\'], "_"));
    let file = match language {
        "terraform" | "opentofu" | "hcl" | "terraform-stack" => "main.tf",
        "terraform-vars" | "opentofu-vars" => "terraform.tfvars",
        "yaml" | "cloudformation" | "cloudformation-yaml" => "template.yaml",
        "json" | "jsonc" | "cloudformation-json" => "template.json",
        _ => return None,
    };
    Some(directory.join(file))
}
