//! Work that takes long enough to be told.

use std::time::{Duration, Instant};

use serde_json::json;

use super::outbox::Outbox;
use crate::load::Progress;

/// Shorter work is not told; it would only flicker.
const PATIENCE: Duration = Duration::from_millis(500);

/// Tells the client of a piece of work, once that lasts, until it is dropped.
pub(super) struct Teller<'a> {
    outbox: &'a Outbox,
    wanted: bool,
    begun: Instant,
    token: String,
    told: Option<Instant>,
}

impl<'a> Teller<'a> {
    /// Nothing is told unless it is `wanted`. `number` makes the token unlike others.
    pub fn new(outbox: &'a Outbox, wanted: bool, number: usize) -> Teller<'a> {
        Teller { outbox, wanted, begun: Instant::now(), token: format!("rolecall/{number}"), told: None }
    }

    /// Says how far the work is.
    pub fn tell(&mut self, progress: Progress) {
        if !self.wanted || self.begun.elapsed() < PATIENCE || self.told.is_some_and(|told| told.elapsed() < PATIENCE) {
            return;
        }
        let message = match progress {
            Progress::Read(files) => format!("{files} files read"),
            Progress::Round(_) => "checking".to_owned(),
        };
        if self.told.is_none() {
            self.outbox.ask("window/workDoneProgress/create", json!({ "token": self.token }));
            let title = "rolecall";
            self.send(json!({ "kind": "begin", "title": title, "message": message, "cancellable": false }));
        } else {
            self.send(json!({ "kind": "report", "message": message }));
        }
        self.told = Some(Instant::now());
    }

    fn send(&self, value: serde_json::Value) {
        self.outbox.notify("$/progress", json!({ "token": self.token, "value": value }));
    }
}

impl Drop for Teller<'_> {
    fn drop(&mut self) {
        if self.told.is_some() {
            self.send(json!({ "kind": "end" }));
        }
    }
}
