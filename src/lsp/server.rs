//! The thread that does the work: it takes the client's messages in their order, keeps the projects in step with them, and
//! analyses whenever nothing more urgent waits.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use lsp_server::{Message, RequestId, Response};
use serde_json::{Value, json};

use super::Environment;
use super::client::Client;
use super::documents::Documents;
use super::findings::Shape;
use super::outbox::{Failure, Outbox, Weight};
use super::places::{Folder, Places};
use super::preferences::{Mode, Preferences};
use super::progress::Teller;
use super::project::{Project, Scope, Surroundings};
use super::protocol::{CONTENT_MODIFIED, INTERNAL_ERROR, REQUEST_CANCELLED};
use super::publish::{List, Published};
use super::queue::{Queue, Taken};
use super::{capabilities, pages, preferences};
use crate::config::FILE_NAME;

/// How long the typing must pause before the analysis begins.
const PAUSE: Duration = Duration::from_millis(120);

/// What a request of the server's own was about.
pub(super) enum Asked {
    /// The user's settings.
    Settings,
    /// Something of which only a failure is of interest.
    Done,
}

/// The state of the server.
pub(super) struct Server {
    pub(super) client: Client,
    pub(super) environment: Environment,
    pub(super) queue: Arc<Queue>,
    pub(super) outbox: Outbox,
    pub(super) documents: Documents,
    /// The path of each open URI.
    pub(super) paths: HashMap<String, PathBuf>,
    pub(super) folders: Vec<Folder>,
    pub(super) projects: BTreeMap<PathBuf, Project>,
    pub(super) preferences: Preferences,
    pub(super) published: Published,
    pub(super) asked: HashMap<RequestId, Asked>,
    /// When the last text changed.
    pub(super) last_change: Option<Instant>,
    /// When the disk was looked at last because of a change in the editor.
    pub(super) last_look: Option<Instant>,
    /// Whether there may be news for the client.
    pub(super) news: bool,
    /// Whether the pages of the rules are written.
    pages: bool,
    /// Messages that were shown; each is shown once.
    shown: BTreeSet<String>,
    tellers: usize,
}

impl Server {
    pub(super) fn new(client: Client, environment: Environment, queue: Arc<Queue>, outbox: Outbox) -> Server {
        let folders = client.folders.iter().filter_map(|uri| Folder::new(uri)).collect();
        let pages = environment.pages.as_ref().is_some_and(|path| pages::write(path, &environment.rules));
        Server {
            client,
            environment,
            queue,
            outbox,
            documents: Documents::default(),
            paths: HashMap::new(),
            folders,
            projects: BTreeMap::new(),
            preferences: Preferences::default(),
            published: Published::default(),
            asked: HashMap::new(),
            last_change: None,
            last_look: None,
            news: false,
            pages,
            shown: BTreeSet::new(),
            tellers: 0,
        }
    }

    /// Works until the client has gone.
    pub(super) fn run(mut self) {
        let options = self.client.options.clone();
        self.prefer(&options);
        if let Some(parameters) = capabilities::registrations(&self.client, self.pulls()) {
            let id = self.outbox.ask("client/registerCapability", parameters);
            self.asked.insert(id, Asked::Done);
        }
        self.ask_settings();
        loop {
            match self.queue.take(self.patience()) {
                Taken::Message(message) => self.guarded(|server| server.take(message)),
                Taken::Nothing => self.guarded(Server::work),
                Taken::Closed => return,
            }
        }
    }

    /// A mistake of ours must not take the server with it.
    fn guarded(&mut self, work: impl FnOnce(&mut Server)) {
        if catch_unwind(AssertUnwindSafe(|| work(self))).is_err() {
            self.outbox.log(Weight::Error, "rolecall: internal error; the rest goes on");
            // What is half done is made anew.
            self.projects.clear();
            let paths: Vec<PathBuf> = self.documents.iter().map(|(path, _)| path.clone()).collect();
            for path in paths {
                self.ensure(&path);
            }
        }
    }

    /// How long to wait for a message before working: for ever when there is no work.
    fn patience(&self) -> Option<Duration> {
        let work = self.news || self.projects.values().any(Project::has_work);
        let since = self.last_change.map_or(PAUSE, |last| last.elapsed());
        work.then(|| PAUSE.saturating_sub(since))
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Notification(notification) => self.notice(notification),
            Message::Response(response) => self.answered(response),
            Message::Request(request) => {
                let id = request.id.clone();
                let result = catch_unwind(AssertUnwindSafe(|| self.respond(request)));
                let result =
                    result.unwrap_or_else(|_| Err(Failure::new(INTERNAL_ERROR, "internal error; please report it")));
                let cancelled = || Failure::new(REQUEST_CANCELLED, "cancelled");
                self.outbox.answer(id, if self.queue.is_cancelled() { Err(cancelled()) } else { result });
            }
        }
    }

    fn answered(&mut self, response: Response) {
        match (self.asked.remove(&response.id), response.response_result) {
            (Some(Asked::Settings), Ok(Value::Array(settings))) => {
                let settings = settings.into_iter().next().unwrap_or(Value::Null);
                // Settings that are not set leave what was given at the start.
                if !settings.is_null() {
                    self.prefer(&settings);
                }
            }
            (Some(_), Err(error)) => self.outbox.log(Weight::Log, &format!("the client refused: {}", error.message)),
            _ => {}
        }
    }

    /// Asks for the user's settings, if the client answers that.
    pub(super) fn ask_settings(&mut self) {
        if self.client.configuration {
            let items = json!({ "items": [{ "section": preferences::SECTION }] });
            let id = self.outbox.ask("workspace/configuration", items);
            self.asked.insert(id, Asked::Settings);
        }
    }

    /// Takes over settings; with a mistake in them those before hold on.
    pub(super) fn prefer(&mut self, settings: &Value) {
        let read = Preferences::read(settings)
            .and_then(|preferences| preferences.choices(&self.environment.rules).map(|_| preferences));
        match read {
            Ok(preferences) if preferences != self.preferences => {
                self.preferences = preferences;
                self.configure_all();
            }
            Ok(_) => {}
            Err(message) => self.show_once(&message),
        }
    }

    /// Begins all projects anew with the configuration as it is now.
    pub(super) fn configure_all(&mut self) {
        let mut projects = std::mem::take(&mut self.projects);
        for project in projects.values_mut() {
            project.configure(&self.surroundings());
        }
        self.projects = projects;
        self.show_mistakes();
    }

    /// Whether the client asks for findings instead of being told.
    pub(super) fn pulls(&self) -> bool {
        self.client.pulls && self.preferences.diagnostic_mode == Mode::Pull
    }

    pub(super) fn show_once(&mut self, message: &str) {
        if self.shown.insert(message.to_owned()) {
            self.outbox.show(Weight::Error, message);
        }
    }

    pub(super) fn show_mistakes(&mut self) {
        let say = |project: &Project| {
            let mistake = project.mistake.as_ref()?;
            Some(format!("{}: {}; what it said before holds", mistake.path.display(), mistake.diagnostic.message))
        };
        let mut messages: Vec<String> = self.projects.values().filter_map(say).collect();
        messages.extend(self.projects.values().filter_map(Project::trouble).map(str::to_owned));
        for message in messages {
            self.show_once(&message);
        }
        self.news = true;
    }

    pub(super) fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            rules: &self.environment.rules,
            preferences: &self.preferences,
            environment: &self.environment.variables,
            documents: &self.documents,
        }
    }

    pub(super) fn places(&self) -> Places<'_> {
        Places { documents: &self.documents, folders: &self.folders, unit: self.client.unit }
    }

    pub(super) fn shape<'a>(&'a self, places: &'a Places<'a>) -> Shape<'a> {
        let pages = self.environment.pages.as_deref().filter(|_| self.pages);
        Shape { client: &self.client, places, pages }
    }

    /// The directory of rule pages, if they are written.
    pub(super) fn pages(&self) -> Option<&Path> {
        self.environment.pages.as_deref().filter(|_| self.pages)
    }

    /// The root and the scope of the project that a path belongs to: the nearest directory with a configuration inside
    /// its workspace folder, else the folder; without a folder, its directory.
    pub(super) fn home(&self, path: &Path) -> (PathBuf, Scope) {
        if path.starts_with(super::UNSAVED) {
            return (path.parent().unwrap_or(path).to_owned(), Scope::Unsaved);
        }
        let folders = self.folders.iter().map(|folder| &folder.real).filter(|folder| path.starts_with(folder));
        let Some(folder) = folders.max_by_key(|folder| folder.components().count()) else {
            return (path.parent().unwrap_or(path).to_owned(), Scope::Files);
        };
        let mut inside = path.ancestors().skip(1).take_while(|directory| directory != folder);
        let root = inside.find(|directory| directory.join(FILE_NAME).is_file()).unwrap_or(folder);
        (root.to_owned(), Scope::Tree)
    }

    /// Makes sure that there is a project for a path.
    pub(super) fn ensure(&mut self, path: &Path) {
        let (root, scope) = self.home(path);
        if self.projects.contains_key(&root) {
            return;
        }
        let mut project = Project::new(root.clone(), scope.clone(), &self.surroundings());
        if scope == Scope::Unsaved {
            project.set(path, self.documents.get(&path.to_owned()).map(|document| &document.text));
        }
        self.projects.insert(root, project);
        self.show_mistakes();
    }

    /// Does the most urgent piece of work.
    fn work(&mut self) {
        let dirty = |project: &&Project| project.has_work() && !project.is_partial();
        let urgent = self.projects.values().find(dirty).map(|project| project.root.clone());
        let next = urgent.or_else(|| self.projects.values().find(|project| project.has_work()).map(|p| p.root.clone()));
        let Some(root) = next else {
            self.publish();
            return;
        };
        let queue = self.queue.clone();
        let Some(mut project) = self.projects.remove(&root) else { return };
        let whole = project.looked_at_open_files();
        // Looking at all files may wait for everything else.
        let background = project.is_partial();
        let stop = move || if background { queue.is_waiting() } else { queue.is_outdated() };
        self.tellers += 1;
        let mut teller = Teller::new(&self.outbox, self.client.progress, self.tellers);
        let done = project.update(&self.surroundings(), whole, &stop, &mut |progress| teller.tell(progress));
        drop(teller);
        self.projects.insert(root, project);
        if done {
            self.news = true;
            self.publish();
        }
    }

    /// Brings the project of a path up to date, so that a request about it can be answered. Gives its root.
    pub(super) fn settle(&mut self, path: &Path, whole: bool) -> Result<PathBuf, Failure> {
        let root = self.home(path).0;
        self.settle_root(&root, whole)?;
        Ok(root)
    }

    /// As [`Server::settle`], for a project by its root.
    pub(super) fn settle_root(&mut self, root: &Path, whole: bool) -> Result<(), Failure> {
        let Some(mut project) = self.projects.remove(root) else {
            return Err(Failure::new(CONTENT_MODIFIED, "this file is not analysed"));
        };
        let queue = self.queue.clone();
        let stop = move || queue.is_outdated() || queue.is_cancelled();
        let done = project.update(&self.surroundings(), whole, &stop, &mut |_| {});
        self.projects.insert(root.to_owned(), project);
        self.news = true;
        if done { Ok(()) } else { Err(Failure::new(CONTENT_MODIFIED, "the text changed meanwhile")) }
    }

    /// Tells the client what is found now.
    pub(super) fn publish(&mut self) {
        self.news = false;
        let mut strangers = BTreeSet::new();
        let mut now: BTreeMap<String, List> = BTreeMap::new();
        let places = self.places();
        let shape = self.shape(&places);
        for (path, document) in self.documents.iter() {
            let list = List { version: Some(document.version), diagnostics: Vec::new() };
            now.insert(places.uri(path), list);
        }
        for project in self.projects.values() {
            for (path, diagnostic) in shape.findings(project) {
                let list = now.entry(places.uri(&path)).or_default();
                if !list.diagnostics.contains(&diagnostic) {
                    list.diagnostics.push(diagnostic);
                }
            }
            let others = project.findings().iter().map(|found| project.path(found.span.source));
            strangers.extend(others.filter(|path| !project.owns(path)));
            if let Some(mistake) = &project.mistake {
                let open = self.documents.get(&mistake.path).is_some();
                let list = now.entry(places.uri(&mistake.path)).or_default();
                let diagnostic = shape.mistake(&mistake.diagnostic, &mistake.sources, open);
                if !list.diagnostics.contains(&diagnostic) {
                    list.diagnostics.push(diagnostic);
                }
            }
        }
        let pulls = self.pulls();
        if self.published.update(now, &self.outbox, !pulls) && pulls {
            let id = self.outbox.ask("workspace/diagnostic/refresh", Value::Null);
            self.asked.insert(id, Asked::Done);
        }
        for path in strangers {
            self.ensure(&path);
        }
    }
}
