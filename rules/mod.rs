//! The rules. Each is one `.rs` that says how and one `.md` that says what and why; the page is the rule's documentation
//! and its test.
//!
//! To add a rule: write `rules/<name>.rs` with a `pub(super) static RULE`, write `rules/<name>.md` with bad and good
//! examples in both languages, and add the one line `mod <name>;` and the one entry in [`ALL`] below. A test holds the
//! list, the folder and the pages together.

use crate::rule::Rule;

mod arn_instead_of_name;
mod circular_reference;
mod instance_profile_as_role;
mod internal_error;
mod malformed_policy;
mod malformed_suppression;
mod missing_service_trust;
mod multiple_roles_in_profile;
mod name_instead_of_arn;
mod profile_without_role;
mod role_as_instance_profile;
mod role_without_instance_profile;
mod syntax_error;
mod undeclared_instance_profile;
mod unresolved_reference;
mod unused_suppression;

/// All rules, sorted by id.
pub static ALL: &[&Rule] = &[
    &arn_instead_of_name::RULE,
    &circular_reference::RULE,
    &instance_profile_as_role::RULE,
    &internal_error::RULE,
    &malformed_policy::RULE,
    &malformed_suppression::RULE,
    &missing_service_trust::RULE,
    &multiple_roles_in_profile::RULE,
    &name_instead_of_arn::RULE,
    &profile_without_role::RULE,
    &role_as_instance_profile::RULE,
    &role_without_instance_profile::RULE,
    &syntax_error::RULE,
    &undeclared_instance_profile::RULE,
    &unresolved_reference::RULE,
    &unused_suppression::RULE,
];

/// The rule with an id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}
