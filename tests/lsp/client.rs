//! An editor for tests: it speaks the protocol with a server in the same process, and keeps what it is told.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use rolecall::lsp::{Ended, Environment, serve};
use rolecall::rules;
use serde_json::{Value, json};

/// Nothing takes as long as this; a server that does has forgotten to answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// A directory of its own for one test, made anew: a repository with these files.
pub fn scratch(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lsp").join(name);
    let _ = fs::remove_dir_all(&root);
    for (path, text) in files.iter().chain(&[(".git/HEAD", "")]) {
        write(&root.join(path), text);
    }
    root.canonicalize().unwrap()
}

pub fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The URI that most editors would write for a path.
pub fn uri(path: &Path) -> String {
    let text = path.to_string_lossy();
    let mut uri = "file://".to_owned();
    for byte in text.bytes() {
        match byte {
            b' ' | b'%' | b'#' | b'?' | b'+' | 0x80.. => uri.push_str(&format!("%{byte:02X}")),
            _ => uri.push(byte.into()),
        }
    }
    uri
}

/// The findings of one file, as they were told last.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub version: Option<i64>,
    pub diagnostics: Vec<Value>,
}

pub struct Client {
    connection: Connection,
    server: Option<JoinHandle<Ended>>,
    next: i32,
    versions: HashMap<String, i32>,
    responses: HashMap<RequestId, Response>,
    /// What the server was started with.
    pub initialized: Value,
    /// Findings by URI.
    pub told: BTreeMap<String, Told>,
    /// How often each URI was told.
    pub times: BTreeMap<String, usize>,
    /// Notifications that are not about findings: method and parameters.
    pub notices: Vec<(String, Value)>,
    /// Requests of the server's: method and parameters.
    pub asked: Vec<(String, Value)>,
    /// What it answers when it is asked for settings.
    pub settings: Value,
}

/// What most editors of today can do.
pub fn able() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-32", "utf-16"] },
        "textDocument": {
            "publishDiagnostics": {
                "relatedInformation": true, "codeDescriptionSupport": true, "dataSupport": true,
                "tagSupport": { "valueSet": [1, 2] }
            },
            "codeAction": {
                "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix", "source.fixAll"] } },
                "resolveSupport": { "properties": ["edit"] }, "dataSupport": true, "isPreferredSupport": true
            },
            "hover": { "contentFormat": ["markdown", "plaintext"] },
            "definition": { "linkSupport": true }
        },
        "workspace": { "workspaceEdit": { "documentChanges": true } },
        "window": { "workDoneProgress": true, "showDocument": { "support": true } }
    })
}

impl Client {
    /// An editor that can do everything, in the folder `root`.
    pub fn new(root: &Path) -> Client {
        Client::with(able(), &[root], Value::Null)
    }

    pub fn with(capabilities: Value, folders: &[&Path], options: Value) -> Client {
        Client::with_settings(capabilities, folders, options, Value::Null)
    }

    pub fn with_settings(capabilities: Value, folders: &[&Path], options: Value, settings: Value) -> Client {
        let (connection, other) = Connection::memory();
        let environment = Environment {
            rules: rules::ALL.iter().map(|rule| rule.info()).collect(),
            variables: Vec::new(),
            pages: Some(Path::new(env!("CARGO_TARGET_TMPDIR")).join("lsp pages")),
        };
        let server = std::thread::spawn(move || serve(&other, environment));
        let mut client = Client {
            connection,
            server: Some(server),
            next: 0,
            versions: HashMap::new(),
            responses: HashMap::new(),
            initialized: Value::Null,
            told: BTreeMap::new(),
            times: BTreeMap::new(),
            notices: Vec::new(),
            asked: Vec::new(),
            settings,
        };
        let folders: Vec<Value> = folders.iter().map(|path| json!({ "uri": uri(path), "name": "folder" })).collect();
        let parameters = json!({
            "processId": null, "rootUri": null, "capabilities": capabilities,
            "workspaceFolders": folders, "initializationOptions": options
        });
        client.initialized = client.request("initialize", parameters).unwrap();
        client.notify("initialized", json!({}));
        client
    }

    pub fn notify(&mut self, method: &str, parameters: Value) {
        self.connection.sender.send(Notification::new(method.to_owned(), parameters).into()).unwrap();
    }

    /// Sends a request without waiting for its answer.
    pub fn send(&mut self, method: &str, parameters: Value) -> RequestId {
        self.next += 1;
        let id = RequestId::from(self.next);
        self.connection.sender.send(Request::new(id.clone(), method.to_owned(), parameters).into()).unwrap();
        id
    }

    /// The answer to a request: its result, or the code of its error.
    pub fn answer(&mut self, id: RequestId) -> Result<Value, i32> {
        while !self.responses.contains_key(&id) {
            self.receive();
        }
        self.responses.remove(&id).unwrap().response_result.map_err(|error| error.code)
    }

    pub fn request(&mut self, method: &str, parameters: Value) -> Result<Value, i32> {
        let id = self.send(method, parameters);
        self.answer(id)
    }

    /// Takes one message.
    pub fn receive(&mut self) {
        let message = self.connection.receiver.recv_timeout(PATIENCE).expect("the server says something");
        match message {
            Message::Response(response) => drop(self.responses.insert(response.id.clone(), response)),
            Message::Request(request) => {
                let result = match request.method.as_str() {
                    "workspace/configuration" => json!([self.settings]),
                    "workspace/applyEdit" => json!({ "applied": true }),
                    _ => Value::Null,
                };
                self.connection.sender.send(Response::new_ok(request.id, result).into()).unwrap();
                self.asked.push((request.method, request.params));
            }
            Message::Notification(notification) if notification.method == "textDocument/publishDiagnostics" => {
                let uri = notification.params["uri"].as_str().unwrap().to_owned();
                *self.times.entry(uri.clone()).or_default() += 1;
                let told = Told {
                    version: notification.params["version"].as_i64(),
                    diagnostics: notification.params["diagnostics"].as_array().unwrap().clone(),
                };
                self.told.insert(uri, told);
            }
            Message::Notification(notification) => self.notices.push((notification.method, notification.params)),
        }
    }

    /// Takes messages until `reached`.
    pub fn until(&mut self, reached: impl Fn(&Client) -> bool) {
        while !reached(self) {
            self.receive();
        }
    }

    pub fn open(&mut self, path: &Path, text: &str) {
        self.open_uri(&uri(path), "terraform", text);
    }

    pub fn open_uri(&mut self, uri: &str, language: &str, text: &str) {
        self.versions.insert(uri.to_owned(), 1);
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Replaces the whole text of an open file. Gives the new version.
    pub fn change(&mut self, path: &Path, text: &str) -> i32 {
        self.change_part(&uri(path), json!({ "text": text }))
    }

    pub fn change_part(&mut self, uri: &str, change: Value) -> i32 {
        let version = self.versions.entry(uri.to_owned()).or_default();
        *version += 1;
        let version = *version;
        let document = json!({ "uri": uri, "version": version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
        version
    }

    /// Has the server check everything, so that all it has to tell is told.
    pub fn settle(&mut self) -> String {
        let result = self.request("workspace/executeCommand", json!({ "command": "rolecall.checkEverything" }));
        result.unwrap().as_str().unwrap().to_owned()
    }

    /// The rules that are told of a file, sorted.
    pub fn rules(&self, path: &Path) -> Vec<String> {
        let told = self.told.get(&uri(path));
        let code = |diagnostic: &Value| diagnostic["code"].as_str().unwrap_or("").to_owned();
        let mut rules: Vec<String> = told.iter().flat_map(|told| &told.diagnostics).map(code).collect();
        rules.sort();
        rules
    }

    /// All that is told: URI, line and character from 0, rule, message.
    pub fn all(&self) -> Vec<(String, u64, u64, String, String)> {
        let mut all = Vec::new();
        for (uri, told) in &self.told {
            for diagnostic in &told.diagnostics {
                let start = &diagnostic["range"]["start"];
                let text = |key: &str| diagnostic[key].as_str().unwrap_or("").to_owned();
                let at = |key: &str| start[key].as_u64().unwrap_or(u64::MAX);
                all.push((uri.clone(), at("line"), at("character"), text("code"), text("message")));
            }
        }
        all.sort();
        all
    }

    pub fn at(&mut self, method: &str, path: &Path, line: u32, character: u32) -> Value {
        let position = json!({ "line": line, "character": character });
        let about = json!({ "textDocument": { "uri": uri(path) }, "position": position,
                            "context": { "includeDeclaration": true } });
        self.request(method, about).unwrap()
    }

    pub fn actions(&mut self, path: &Path, line: u32, context: Value) -> Vec<Value> {
        let range = json!({ "start": { "line": line, "character": 0 }, "end": { "line": line, "character": 200 } });
        let parameters = json!({ "textDocument": { "uri": uri(path) }, "range": range, "context": context });
        self.request("textDocument/codeAction", parameters).unwrap().as_array().unwrap().clone()
    }

    /// Says good-bye as the protocol wants it.
    pub fn end(&mut self) -> Ended {
        self.request("shutdown", Value::Null).unwrap();
        self.notify("exit", Value::Null);
        self.server.take().unwrap().join().unwrap()
    }
}

/// The text after the edits of one file, which are sorted and in characters of one unit each.
pub fn edited(text: &str, edits: &Value) -> String {
    let offset = |position: &Value| {
        let line = position["line"].as_u64().unwrap() as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let column = position["character"].as_u64().unwrap() as usize;
        let rest = &text[start..];
        start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
    };
    let mut out = text.to_owned();
    for edit in edits.as_array().unwrap().iter().rev() {
        let (start, end) = (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]));
        out.replace_range(start..end, edit["newText"].as_str().unwrap());
    }
    out
}
