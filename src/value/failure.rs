//! Why an evaluation fails, and what was asked for if it fails because that is not there.

use std::fmt;
use std::sync::Arc;

use super::ResourceId;
use crate::text::Span;

/// Why an evaluation fails.
#[derive(Clone, PartialEq, Debug)]
pub struct Failure {
    /// In words, without a full stop at their end.
    pub message: Arc<str>,
    /// What an index or attribute asked for, if that is why.
    pub missing: Option<Missing>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// An element that a known collection does not have.
#[derive(Clone, PartialEq, Debug)]
pub struct Missing {
    /// The key, as a literal of the language: `"night"`, `0`; or the name of the attribute.
    pub key: Arc<str>,
    /// The keys or attributes that are there.
    pub names: Arc<[Arc<str>]>,
    /// How many elements there are, if they are numbered.
    pub length: Option<usize>,
    /// Whether both the collection and the key are what they are whatever root variables are given.
    pub fixed: bool,
    /// Where it is asked for; `None` until that is known.
    pub place: Option<Place>,
}

/// Where an element is asked for.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    /// The key or the name of the attribute.
    pub key: Span,
    /// The collection.
    pub collection: Span,
    /// Whether it is missing in every case, not only under some conditions.
    pub always: bool,
    /// An instance that the collection has in another case, if its elements are instances of a resource.
    pub instance: Option<ResourceId>,
}
