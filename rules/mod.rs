//! The rules. Each is one `.rs` that says how and one `.md` that says what and why; the page is the rule's documentation
//! and its test.
//!
//! To add a rule: write `rules/<name>.rs` with a `pub(super) static RULE`, write `rules/<name>.md` with bad and good
//! examples in both languages, and add the one line `mod <name>;` and the one entry in [`ALL`] below. A test holds the
//! list, the folder and the pages together.

use crate::rule::Rule;

mod admin_instance_role;
mod arn_instead_of_name;
mod circular_reference;
mod confused_deputy;
mod duplicate_identity_name;
mod empty_profile_name;
mod environment_without_profile;
mod exclusive_policy_attachment;
mod hardcoded_credentials;
mod imds_disabled;
mod imdsv1_enabled;
mod init_role_not_in_profile;
mod instance_profile_as_role;
mod instance_without_profile;
mod internal_error;
mod invalid_identity_name;
mod literal_instead_of_reference;
mod logical_id_as_name;
mod malformed_policy;
mod malformed_suppression;
mod missing_service_trust;
mod missing_substitution;
mod multiple_roles_in_profile;
mod name_instead_of_arn;
mod pass_role_on_instance_profile;
mod profile_on_managed_node_group;
mod profile_without_role;
mod removed_roles_argument;
mod replacement_name_clash;
mod role_as_instance_profile;
mod role_in_own_trust;
mod role_without_instance_profile;
mod shared_instance_role;
mod syntax_error;
mod undeclared_instance_profile;
mod unguarded_identity_index;
mod unknown_service_principal;
mod unresolved_reference;
mod unused_instance_profile;
mod unused_suppression;
mod wildcard_in_exact_match;
mod wildcard_instance_permissions;
mod wildcard_pass_role;
mod wildcard_trust;
mod wrong_assume_action;
mod wrong_slot_shape;

/// All rules, sorted by id.
pub static ALL: &[&Rule] = &[
    &admin_instance_role::RULE,
    &arn_instead_of_name::RULE,
    &circular_reference::RULE,
    &confused_deputy::RULE,
    &duplicate_identity_name::RULE,
    &empty_profile_name::RULE,
    &environment_without_profile::RULE,
    &exclusive_policy_attachment::RULE,
    &hardcoded_credentials::RULE,
    &imds_disabled::RULE,
    &imdsv1_enabled::RULE,
    &init_role_not_in_profile::RULE,
    &instance_profile_as_role::RULE,
    &instance_without_profile::RULE,
    &internal_error::RULE,
    &invalid_identity_name::RULE,
    &literal_instead_of_reference::RULE,
    &logical_id_as_name::RULE,
    &malformed_policy::RULE,
    &malformed_suppression::RULE,
    &missing_service_trust::RULE,
    &missing_substitution::RULE,
    &multiple_roles_in_profile::RULE,
    &name_instead_of_arn::RULE,
    &pass_role_on_instance_profile::RULE,
    &profile_on_managed_node_group::RULE,
    &profile_without_role::RULE,
    &removed_roles_argument::RULE,
    &replacement_name_clash::RULE,
    &role_as_instance_profile::RULE,
    &role_in_own_trust::RULE,
    &role_without_instance_profile::RULE,
    &shared_instance_role::RULE,
    &syntax_error::RULE,
    &undeclared_instance_profile::RULE,
    &unguarded_identity_index::RULE,
    &unknown_service_principal::RULE,
    &unresolved_reference::RULE,
    &unused_instance_profile::RULE,
    &unused_suppression::RULE,
    &wildcard_in_exact_match::RULE,
    &wildcard_instance_permissions::RULE,
    &wildcard_pass_role::RULE,
    &wildcard_trust::RULE,
    &wrong_assume_action::RULE,
    &wrong_slot_shape::RULE,
];

/// The rule with an id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}
