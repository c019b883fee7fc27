//! How a finding can be mended: the fixes that rules offer. Each is a handful of edits of the text as its author wrote
//! it; nothing is printed anew, so that comments, quotes and indentation stay.
//!
//! A fix is *safe* when it can only put right what is wrong: the same resource in the form the slot takes, the container
//! that holds the role. It is not when it grants something, makes something new, or changes text that others use too.

mod list;
mod notation;
mod place;
mod profile;
mod reference;
mod site;
mod spelling;
mod statement;
mod trust;

pub use profile::make_profile;
pub use reference::{refer, substitute, write_text};
pub use spelling::{allow_too, mean, respell};
pub use trust::let_in;
