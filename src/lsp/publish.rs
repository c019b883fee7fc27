//! Which findings the client has been told, so that exactly the files whose list changed are told again.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Value, json};

use super::outbox::Outbox;
use super::protocol::{Diagnostic, PublishDiagnostics};

/// The findings of one file.
#[derive(Clone, PartialEq, Default, Debug)]
pub(super) struct List {
    /// The version of the text that they were made of; `None` for a file that is not open.
    pub version: Option<i32>,
    pub diagnostics: Vec<Diagnostic>,
}

impl List {
    /// A text that changes with the list.
    fn id(&self) -> String {
        let mut hasher = DefaultHasher::new();
        json!(self.diagnostics).to_string().hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}

/// What the client knows, by URI.
#[derive(Default)]
pub(super) struct Published {
    lists: BTreeMap<String, List>,
}

impl Published {
    /// Takes over what holds now. With `push` the client is told every list that changed, an empty one for a file in which
    /// nothing is found any more. Gives whether anything changed.
    pub fn update(&mut self, now: BTreeMap<String, List>, outbox: &Outbox, push: bool) -> bool {
        let before = std::mem::replace(&mut self.lists, now);
        let mut changed = false;
        let gone = before.iter().filter(|(uri, list)| !list.diagnostics.is_empty() && !self.lists.contains_key(*uri));
        for (uri, _) in gone {
            changed = true;
            if push {
                tell(outbox, uri, &List::default());
            }
        }
        for (uri, list) in &self.lists {
            let known = before.get(uri);
            let same = known.map_or(list.diagnostics.is_empty(), |known| known.diagnostics == list.diagnostics);
            // The client moves what it shows with the text, so for a new text even the same list is told again.
            let moved = known.is_some_and(|known| known.version != list.version) && !list.diagnostics.is_empty();
            if !same || moved {
                changed |= !same;
                if push {
                    tell(outbox, uri, list);
                }
            }
        }
        changed
    }

    /// The report on one file, for a client that asks: nothing but the id when it has this list already.
    pub fn report(&self, uri: &str, previous: Option<&str>) -> Value {
        let empty = List::default();
        let list = self.lists.get(uri).unwrap_or(&empty);
        let id = list.id();
        if previous == Some(&id) {
            return json!({ "kind": "unchanged", "resultId": id });
        }
        json!({ "kind": "full", "resultId": id, "items": list.diagnostics })
    }

    /// The reports on all files of which something was or is found; `previous` are the ids the client has, by URI.
    pub fn reports(&self, previous: &BTreeMap<String, String>) -> Value {
        let empty = List::default();
        let mut all: BTreeMap<&str, &List> = previous.keys().map(|uri| (uri.as_str(), &empty)).collect();
        all.extend(self.lists.iter().map(|(uri, list)| (uri.as_str(), list)));
        let report = |(uri, list): (&str, &List)| {
            let mut report = self.report(uri, previous.get(uri).map(String::as_str));
            report["uri"] = json!(uri);
            report["version"] = json!(list.version);
            report
        };
        json!({ "items": all.into_iter().map(report).collect::<Vec<_>>() })
    }
}

fn tell(outbox: &Outbox, uri: &str, list: &List) {
    let parameters = PublishDiagnostics { uri, version: list.version, diagnostics: &list.diagnostics };
    outbox.notify("textDocument/publishDiagnostics", parameters);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lsp::protocol::{Position, Range};
    use lsp_server::Message;
    use std::sync::{Arc, Mutex};

    fn list(version: Option<i32>, messages: &[&str]) -> List {
        let at = Position { line: 0, character: 0 };
        let diagnostic = |message: &&str| Diagnostic {
            range: Range { start: at, end: at },
            severity: 1,
            code: "r".to_owned(),
            code_description: None,
            source: "rolecall",
            message: (*message).to_owned(),
            tags: Vec::new(),
            related_information: Vec::new(),
            data: None,
        };
        List { version, diagnostics: messages.iter().map(diagnostic).collect() }
    }

    /// What is told when `now` follows, as URI and number of findings.
    fn told(published: &mut Published, now: &[(&str, List)]) -> Vec<(String, usize)> {
        let sent = Arc::new(Mutex::new(Vec::new()));
        let into = sent.clone();
        let outbox = Outbox::new(Arc::new(move |message| {
            if let Message::Notification(notification) = message {
                let count = notification.params["diagnostics"].as_array().map_or(0, Vec::len);
                into.lock().unwrap().push((notification.params["uri"].as_str().unwrap_or("").to_owned(), count));
            }
        }));
        let now = now.iter().map(|(uri, list)| ((*uri).to_owned(), list.clone())).collect();
        published.update(now, &outbox, true);
        let sent = sent.lock().unwrap();
        sent.clone()
    }

    #[test]
    fn only_what_changed_is_told_and_what_is_gone_is_cleared() {
        let mut published = Published::default();
        let first = [("a", list(Some(1), &["x"])), ("b", list(None, &["y"])), ("c", list(Some(1), &[]))];
        assert_eq!(told(&mut published, &first), [("a".into(), 1), ("b".into(), 1)]);
        assert!(told(&mut published, &first).is_empty());
        let moved = [("a", list(Some(2), &["x"])), ("b", list(None, &["y"]))];
        assert_eq!(told(&mut published, &moved), [("a".into(), 1)], "a new text is told again");
        assert_eq!(told(&mut published, &[("a", list(Some(3), &[]))]), [("b".into(), 0), ("a".into(), 0)]);
        assert!(told(&mut published, &[]).is_empty());
    }

    #[test]
    fn a_client_that_asks_gets_only_what_it_does_not_have() {
        let mut published = Published::default();
        told(&mut published, &[("a", list(Some(1), &["x"]))]);
        let full = published.report("a", None);
        assert_eq!(full["kind"], "full");
        let id = full["resultId"].as_str().unwrap_or("").to_owned();
        assert_eq!(published.report("a", Some(&id))["kind"], "unchanged");
        told(&mut published, &[]);
        let all = published.reports(&BTreeMap::from([("a".to_owned(), id)]));
        assert_eq!(all["items"][0]["kind"], "full");
        assert_eq!(all["items"][0]["items"], json!([]));
    }
}
