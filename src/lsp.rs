//! The language server: the same pipeline over the texts as they are in the editor. This is the only room that knows the
//! protocol.
//!
//! One thread reads what the client sends ([`queue`]), another one does the work ([`server`]); a project ([`project`]) is
//! a tree of files with its configuration, and findings go to the client as soon as they change ([`publish`]).

mod actions;
mod capabilities;
mod client;
mod commands;
mod documents;
mod edits;
mod findings;
mod hover;
mod known;
mod lines;
mod navigation;
mod notices;
mod outbox;
mod pages;
mod places;
mod preferences;
mod process;
mod progress;
mod project;
mod protocol;
mod publish;
mod queue;
mod requests;
mod rule_names;
mod server;
mod uri;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use lsp_server::{Connection, Message, RequestId};
use serde_json::{Value, json};

use crate::catalogue::RuleInfo;
use client::Client;
use outbox::{Failure, Outbox};
use queue::Queue;
use server::Server;
pub use uri::of_path as file_uri;

/// What the server reaches outside itself, apart from the files.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// All rules.
    pub rules: Vec<RuleInfo>,
    /// Values of root variables (`TF_VAR_name`), by name without the prefix.
    pub variables: Vec<(String, String)>,
    /// Where the rules' pages may be written, so that editors can open them; see [`pages_directory`].
    pub pages: Option<PathBuf>,
}

/// How a server ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// The client asked for it: `shutdown`, then `exit`.
    AsAsked,
    /// The client went away, or said `exit` without `shutdown`.
    Abandoned,
}

/// The user's own directory for the rules' pages; `variable` looks up the environment.
pub fn pages_directory(variable: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    pages::directory(variable)
}

/// The beginning of the paths of texts that are in no file.
const UNSAVED: &str = "/untitled:";

/// How often to look whether the client's process still lives.
const PULSE: Duration = Duration::from_secs(3);

/// Serves one client until it is done or gone.
pub fn serve(connection: &Connection, environment: Environment) -> Ended {
    let Ok((id, parameters)) = connection.initialize_start() else { return Ended::Abandoned };
    let client = Client::new(&parameters);
    let process = client.process;
    if connection.initialize_finish(id, capabilities::of(&client)).is_err() {
        return Ended::Abandoned;
    }
    let sender = connection.sender.clone();
    // A client that has gone is noticed where its messages are read.
    let outbox = Outbox::new(Arc::new(move |message| drop(sender.send(message))));
    let queue = Arc::new(Queue::default());
    let server = Server::new(client, environment, queue.clone(), outbox.clone());
    let (finished, worker_ended) = mpsc::channel::<()>();
    let spawned = std::thread::Builder::new().name("analysis".into()).spawn(move || {
        server.run();
        drop(finished);
    });
    if spawned.is_err() {
        return Ended::Abandoned;
    }
    let ended = listen(connection, &queue, &outbox, process);
    queue.close();
    // What is being said is said to its end, but a client that does not listen is not waited for.
    let _ = worker_ended.recv_timeout(Duration::from_secs(1));
    ended
}

/// Reads messages until the client is done or gone. What cannot wait is answered here.
fn listen(connection: &Connection, queue: &Queue, outbox: &Outbox, process: Option<u32>) -> Ended {
    let mut shutting_down = false;
    loop {
        // The channel's own error says only by its words whether it timed out, so it is asked for its state.
        let message = match connection.receiver.recv_timeout(PULSE) {
            Ok(message) => message,
            Err(error) if error.is_timeout() && process.is_none_or(process::lives) => continue,
            Err(_) => return if shutting_down { Ended::AsAsked } else { Ended::Abandoned },
        };
        match message {
            Message::Request(request) if shutting_down => {
                outbox.answer(request.id, Err(Failure::new(protocol::INVALID_REQUEST, "the server is shutting down")));
            }
            Message::Request(request) if request.method == "shutdown" => {
                shutting_down = true;
                outbox.answer(request.id, Ok(Value::Null));
            }
            Message::Notification(notification) if notification.method == "exit" => {
                return if shutting_down { Ended::AsAsked } else { Ended::Abandoned };
            }
            Message::Notification(notification) if notification.method == "$/cancelRequest" => {
                cancel(&notification.params, queue, outbox);
            }
            message if shutting_down => drop(message),
            message => queue.put(message),
        }
    }
}

/// A request that still waits is answered at once; one that is being answered ends as soon as it can.
fn cancel(parameters: &Value, queue: &Queue, outbox: &Outbox) {
    let Ok(protocol::Cancel { id }) = serde_json::from_value(json!(parameters)) else { return };
    let id: RequestId = id;
    if queue.cancel(&id) {
        outbox.answer(id, Err(Failure::new(protocol::REQUEST_CANCELLED, "cancelled")));
    }
}
