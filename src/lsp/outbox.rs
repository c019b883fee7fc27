//! Everything that goes to the client.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use lsp_server::{Message, Notification, Request, RequestId, Response};
use serde::Serialize;
use serde_json::{Value, json};

/// The way to the client. Clones share it.
#[derive(Clone)]
pub(super) struct Outbox {
    send: Arc<dyn Fn(Message) + Send + Sync>,
    next: Arc<AtomicI32>,
}

/// How important a message is, with the protocol's numbers.
#[derive(Clone, Copy)]
pub(super) enum Weight {
    Error = 1,
    Log = 4,
}

impl Outbox {
    /// An outbox that hands its messages to `send`.
    pub fn new(send: Arc<dyn Fn(Message) + Send + Sync>) -> Outbox {
        Outbox { send, next: Arc::default() }
    }

    /// A notification.
    pub fn notify(&self, method: &str, parameters: impl Serialize) {
        (self.send)(Notification::new(method.to_owned(), json!(parameters)).into());
    }

    /// A request of the server's own. Gives the id that the answer will have.
    pub fn ask(&self, method: &str, parameters: Value) -> RequestId {
        let id = RequestId::from(self.next.fetch_add(1, Ordering::Relaxed));
        (self.send)(Request::new(id.clone(), method.to_owned(), parameters).into());
        id
    }

    /// The answer to a request.
    pub fn answer(&self, id: RequestId, result: Result<Value, Failure>) {
        let response = match result {
            Ok(value) => Response::new_ok(id, value),
            Err(failure) => Response::new_err(id, failure.code, failure.message),
        };
        (self.send)(response.into());
    }

    /// A line in the client's log.
    pub fn log(&self, weight: Weight, message: &str) {
        self.notify("window/logMessage", json!({ "type": weight as u8, "message": message }));
    }

    /// A message that people see.
    pub fn show(&self, weight: Weight, message: &str) {
        self.notify("window/showMessage", json!({ "type": weight as u8, "message": message }));
    }
}

/// Why a request has no result.
#[derive(Debug)]
pub(super) struct Failure {
    pub code: i32,
    pub message: String,
}

impl Failure {
    /// A failure with one of the protocol's codes.
    pub fn new(code: i32, message: impl Into<String>) -> Failure {
        Failure { code, message: message.into() }
    }
}
