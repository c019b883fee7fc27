//! What the client has sent and the analysis has not taken up yet.
//!
//! One thread reads the client's messages and puts them here; another one takes them in their order, so that every answer
//! belongs to the text as it was when the question was asked. What lies here already also tells a running analysis that
//! its result is wanted no more.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lsp_server::{Message, RequestId};

/// The waiting messages.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    messages: VecDeque<Message>,
    /// The request that is being answered.
    current: Option<RequestId>,
    current_cancelled: bool,
    closed: bool,
}

/// What [`Queue::take`] gives.
pub(super) enum Taken {
    /// The next message.
    Message(Message),
    /// Nothing came in the time given.
    Nothing,
    /// Nothing will come any more.
    Closed,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a message.
    pub fn put(&self, message: Message) {
        self.lock().messages.push_back(message);
        self.arrived.notify_all();
    }

    /// Says that nothing will come any more.
    pub fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_all();
    }

    /// The next message, waiting for it as long as given, or for ever.
    pub fn take(&self, patience: Option<Duration>) -> Taken {
        let mut state = self.lock();
        state.current = None;
        loop {
            if let Some(message) = state.messages.pop_front() {
                if let Message::Request(request) = &message {
                    state.current = Some(request.id.clone());
                    state.current_cancelled = false;
                }
                return Taken::Message(message);
            }
            if state.closed {
                return Taken::Closed;
            }
            match patience {
                None => state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(patience) => {
                    let waited = self
                        .arrived
                        .wait_timeout_while(state, patience, |state| state.messages.is_empty() && !state.closed);
                    let (now, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
                    if timeout.timed_out() {
                        return Taken::Nothing;
                    }
                    state = now;
                }
            }
        }
    }

    /// Takes a waiting request back. Gives whether it was still waiting; one that is being answered is told to stop.
    pub fn cancel(&self, id: &RequestId) -> bool {
        let mut state = self.lock();
        if state.current.as_ref() == Some(id) {
            state.current_cancelled = true;
            return false;
        }
        let is_it = |message: &Message| matches!(message, Message::Request(request) if request.id == *id);
        match state.messages.iter().position(is_it) {
            Some(at) => state.messages.remove(at).is_some(),
            None => false,
        }
    }

    /// Whether the client took back the request that is being answered.
    pub fn is_cancelled(&self) -> bool {
        self.lock().current_cancelled
    }

    /// Whether a change of a text waits, so that what is made of the text as it is now is out of date.
    pub fn is_outdated(&self) -> bool {
        self.lock().messages.iter().any(|message| match message {
            Message::Notification(notification) => notification.method.starts_with("textDocument/did"),
            _ => false,
        })
    }

    /// Whether anything waits.
    pub fn is_waiting(&self) -> bool {
        let state = self.lock();
        state.closed || !state.messages.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_server::{Notification, Request};
    use serde_json::Value;

    fn request(id: i32) -> Message {
        Request::new(id.into(), "m".to_owned(), Value::Null).into()
    }

    fn taken(queue: &Queue) -> Option<RequestId> {
        match queue.take(Some(Duration::ZERO)) {
            Taken::Message(Message::Request(request)) => Some(request.id),
            _ => None,
        }
    }

    #[test]
    fn a_waiting_request_can_be_taken_back_and_a_running_one_is_told() {
        let queue = Queue::default();
        queue.put(request(1));
        queue.put(request(2));
        queue.put(request(3));
        assert!(queue.cancel(&2.into()));
        assert!(!queue.cancel(&2.into()));
        assert_eq!(taken(&queue), Some(1.into()));
        assert!(!queue.is_cancelled());
        assert!(!queue.cancel(&1.into()), "it is being answered");
        assert!(queue.is_cancelled());
        assert_eq!(taken(&queue), Some(3.into()));
        assert!(!queue.is_cancelled());
        assert_eq!(taken(&queue), None);
    }

    #[test]
    fn only_changes_of_texts_put_an_analysis_out_of_date() {
        let queue = Queue::default();
        queue.put(request(1));
        assert!(queue.is_waiting() && !queue.is_outdated());
        queue.put(Notification::new("textDocument/didChange".to_owned(), Value::Null).into());
        assert!(queue.is_outdated());
    }

    #[test]
    fn what_was_put_before_the_end_is_still_taken() {
        let queue = Queue::default();
        queue.put(request(1));
        queue.close();
        assert_eq!(taken(&queue), Some(1.into()));
        assert!(matches!(queue.take(None), Taken::Closed));
    }
}
