//! No file but the template.

use std::sync::Arc;

use rolecall::files::{File, Files};
use rolecall::syntax::Document;
use rolecall::text::SourceId;

pub struct Nothing;

impl Files for Nothing {
    fn file(&self, _: &str) -> File {
        File::Absent
    }

    fn directory(&self, _: &str) -> Option<Vec<Arc<str>>> {
        Some(Vec::new())
    }

    fn document(&self, _: SourceId) -> Option<Arc<Document>> {
        None
    }

    fn path(&self, _: SourceId) -> Arc<str> {
        "".into()
    }
}
