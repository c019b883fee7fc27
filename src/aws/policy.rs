//! Policy documents as structured values: whatever way a document was written, its statements, principals and actions
//! keep their places, and an element that is not known hides no other.

mod principals;
mod problems;
mod read;

pub use problems::problems;
pub use read::read;

use super::items::Item;
use crate::text::Span;
use crate::value::{Entry, Formula, Reason, Value};

/// What a policy is used as.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum PolicyUse {
    /// It says who may assume a role.
    Trust,
    /// It says what a role, user or group may do.
    Identity,
    /// It is attached to something other than an identity and says who may do what with it.
    Resource,
}

/// What can be said of a value that should be a policy document.
#[derive(Clone, PartialEq, Debug)]
pub enum Reading {
    /// It is one.
    Document(Policy),
    /// It cannot be one.
    Broken(Vec<Problem>),
    /// It is not known.
    Opaque(Reason),
    /// It is not set.
    Absent,
}

/// Something that IAM rejects.
#[derive(Clone, PartialEq, Debug)]
pub struct Problem {
    /// Where; `None` when the document was computed and stands nowhere, so that the attribute has to do.
    pub span: Option<Span>,
    /// What is wrong, without a full stop at its end.
    pub message: String,
    /// Why, and what to do.
    pub help: String,
    /// Whether IAM rejects it for certain; otherwise it depends on defaults that a caller can change, or on the way the
    /// document is written out.
    pub certain: bool,
    /// Whether IAM's documentation forbids it, and yet working configurations have it.
    pub lenient: bool,
    /// Under which condition.
    pub guard: Formula,
    /// What was meant, if that can be told.
    pub meant: Option<Meant>,
}

/// What a text in a policy was meant to be.
#[derive(Clone, PartialEq, Debug)]
pub struct Meant {
    /// Where the text stands, with its quotes if it has any.
    pub span: Span,
    /// The text.
    pub written: String,
    /// What it was meant to be.
    pub new: New,
    /// Whether nothing else can be meant.
    pub clear: bool,
}

/// What a text was meant to be.
#[derive(Clone, PartialEq, Debug)]
pub enum New {
    /// Another text.
    Text(String),
    /// An object with the text behind this key.
    Behind(&'static str),
}

/// A policy document.
#[derive(Clone, PartialEq, Debug)]
pub struct Policy {
    /// What it is used as.
    pub purpose: PolicyUse,
    /// The document: a mapping.
    pub body: Value,
    /// Whether it was written as JSON text, so that the order of its keys is the author's.
    pub from_text: bool,
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// What stands in the list of statements and is not known.
    pub open: Vec<Item>,
    /// What stands in the list of statements and is no statement.
    pub misfits: Vec<Item>,
}

impl Policy {
    /// The element of the document that is called so.
    pub fn element(&self, name: &str) -> Option<&Entry> {
        element(&self.body, name)
    }
}

/// A statement.
#[derive(Clone, PartialEq, Debug)]
pub struct Statement {
    /// Under which condition it is there.
    pub guard: Formula,
    /// Whether it is there for certain when `guard` holds.
    pub certain: bool,
    /// The statement: a mapping.
    pub body: Value,
    /// `Principal`, one by one.
    pub principals: Option<Vec<Principal>>,
    /// `NotPrincipal`, one by one.
    pub not_principals: Option<Vec<Principal>>,
    /// `Action`, one by one.
    pub actions: Option<Vec<Item>>,
    /// `NotAction`, one by one.
    pub not_actions: Option<Vec<Item>>,
    /// `Resource`, one by one.
    pub resources: Option<Vec<Item>>,
    /// `NotResource`, one by one.
    pub not_resources: Option<Vec<Item>>,
}

impl Statement {
    /// The element of the statement that is called so: `Sid`, `Effect`, `Condition` and the others as written.
    pub fn element(&self, name: &str) -> Option<&Entry> {
        element(&self.body, name)
    }

    /// Where it is written.
    pub fn span(&self) -> Option<Span> {
        self.body.span
    }
}

fn element<'a>(body: &'a Value, name: &str) -> Option<&'a Entry> {
    body.as_mapping()?.iter().find(|entry| &*entry.key == name)
}

/// What a principal is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum PrincipalKind {
    /// `"*"`, without a type.
    Anyone,
    /// Accounts, users, roles.
    Aws,
    /// AWS services.
    Service,
    /// Web and SAML identities.
    Federated,
    /// Canonical users of S3.
    CanonicalUser,
    /// Its type is not known.
    Unknown,
    /// It has no type, or one that does not exist.
    Misplaced,
}

/// One principal of a statement.
#[derive(Clone, PartialEq, Debug)]
pub struct Principal {
    /// What it is.
    pub kind: PrincipalKind,
    /// Its value, and under which condition it is there.
    pub item: Item,
    /// Where its type is written.
    pub key_span: Option<Span>,
}

/// Whether the pattern of an action (`sts:Assume*`) covers `action`: without regard to case, `*` is any characters and
/// `?` any one.
pub fn action_matches(pattern: &str, action: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().flat_map(char::to_lowercase).collect();
    let action: Vec<char> = action.chars().flat_map(char::to_lowercase).collect();
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < action.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(expected) if *expected == '?' || Some(expected) == action.get(from) => {
                at += 1;
                from += 1;
            }
            // What the last star stands for grows by one character.
            _ => match star {
                Some((star_at, star_from)) => {
                    star = Some((star_at, star_from + 1));
                    (at, from) = (star_at + 1, star_from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|character| *character == '*')
}

#[cfg(test)]
mod tests;
