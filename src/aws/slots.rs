//! The slots: every attribute of a resource type that takes a role or an instance profile. A table, `rules/data/slots.tsv`.

mod find;
mod path;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use find::{Found, find, find_path, misplaced};
pub use path::{Encoding, Path, Step};

use super::{beanstalk, compute, edge, identity, init};
use crate::graph::Dialect;
use crate::value::SymbolKind;

/// What a slot takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Wants {
    /// The name of a role.
    RoleName,
    /// The ARN of a role.
    RoleArn,
    /// The name or the ARN of a role.
    RoleNameOrArn,
    /// The name of an instance profile.
    ProfileName,
    /// The ARN of an instance profile.
    ProfileArn,
    /// The name or the ARN of an instance profile.
    ProfileNameOrArn,
}

impl Wants {
    fn parse(text: &str) -> Option<Wants> {
        Some(match text {
            "role_name" => Wants::RoleName,
            "role_arn" => Wants::RoleArn,
            "role_name_or_arn" => Wants::RoleNameOrArn,
            "profile_name" => Wants::ProfileName,
            "profile_arn" => Wants::ProfileArn,
            "profile_name_or_arn" => Wants::ProfileNameOrArn,
            _ => return None,
        })
    }

    /// Whether it takes an instance profile; otherwise it takes a role.
    pub fn takes_profile(self) -> bool {
        matches!(self, Wants::ProfileName | Wants::ProfileArn | Wants::ProfileNameOrArn)
    }

    /// The form of another identity that is right there: the one at hand where both are, else the one that is taken.
    pub fn form_like(self, form: SymbolKind) -> SymbolKind {
        match (self.accepts_name(), self.accepts_arn()) {
            (true, true) if form == SymbolKind::Arn => SymbolKind::Arn,
            (true, _) => SymbolKind::Name,
            (false, _) => SymbolKind::Arn,
        }
    }

    /// Whether a name is right there.
    pub fn accepts_name(self) -> bool {
        !matches!(self, Wants::RoleArn | Wants::ProfileArn)
    }

    /// Whether an ARN is right there.
    pub fn accepts_arn(self) -> bool {
        !matches!(self, Wants::RoleName | Wants::ProfileName)
    }
}

/// How well a slot's row is founded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum SlotConfidence {
    /// From a naming convention. Never the ground of an error.
    Inferred,
    /// What is taken comes from a schema.
    Schema,
    /// What is taken and which principals are needed was seen in documentation or examples.
    Docs,
}

/// A place of a resource type that takes a role or an instance profile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slot {
    /// The language of the type.
    pub dialect: Dialect,
    /// The type. May hold one `*` for any characters.
    pub resource_type: &'static str,
    /// Where the value is, as the table writes it.
    pub path_text: &'static str,
    /// Where the value is, in steps.
    pub path: Path,
    /// What it takes.
    pub wants: Wants,
    /// The service principals that the role, or the role inside the profile, must trust. Empty when not known, or when
    /// no service assumes it. May hold `<region>` for a region, or be `federated:…`.
    pub principals: Vec<&'static str>,
    /// Whether all of the principals are needed; otherwise one of them is enough.
    pub all_principals: bool,
    /// How well founded the row is.
    pub confidence: SlotConfidence,
}

/// What is known of one type.
#[derive(Default)]
struct Rows {
    slots: Vec<Slot>,
    interest: Vec<&'static str>,
}

/// The types of one dialect.
#[derive(Default)]
struct Types {
    rows: HashMap<&'static str, Rows>,
    /// The types among them that hold a `*`.
    patterns: Vec<&'static str>,
}

#[derive(Default)]
struct Table {
    terraform: Types,
    cloudformation: Types,
}

/// The rows as written: platform, type, path, wants, principals, `any` or `all`, confidence.
const TEXT: &str = include_str!("../../rules/data/slots.tsv");

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    for slot in TEXT.lines().skip(1).filter_map(parse_row) {
        let rows = table.types_mut(slot.dialect).rows.entry(slot.resource_type).or_default();
        rows.interest.extend(slot.path.attribute());
        rows.slots.push(slot);
    }
    let others = [identity::interest(), compute::interest(), edge::interest(), beanstalk::interest(), init::interest()];
    for (dialect, kind, attributes) in others.into_iter().flatten() {
        table.types_mut(dialect).rows.entry(kind).or_default().interest.extend(attributes);
    }
    for types in [&mut table.terraform, &mut table.cloudformation] {
        types.patterns = types.rows.keys().filter(|kind| kind.contains('*')).copied().collect();
        for rows in types.rows.values_mut() {
            rows.interest.sort_unstable();
            rows.interest.dedup();
        }
    }
    table
});

impl Table {
    fn types(&self, dialect: Dialect) -> &Types {
        match dialect {
            Dialect::Terraform => &self.terraform,
            Dialect::CloudFormation => &self.cloudformation,
        }
    }

    fn types_mut(&mut self, dialect: Dialect) -> &mut Types {
        match dialect {
            Dialect::Terraform => &mut self.terraform,
            Dialect::CloudFormation => &mut self.cloudformation,
        }
    }
}

fn parse_row(row: &'static str) -> Option<Slot> {
    let mut columns = row.split('\t');
    let dialect = match columns.next()? {
        "tf" => Dialect::Terraform,
        "cfn" => Dialect::CloudFormation,
        _ => return None,
    };
    let (resource_type, path_text) = (columns.next()?, columns.next()?);
    let wants = Wants::parse(columns.next()?)?;
    let principals = columns.next()?.split(',').filter(|principal| !principal.is_empty()).collect();
    let all_principals = columns.next()? == "all";
    let confidence = match columns.next()? {
        "docs" => SlotConfidence::Docs,
        "schema" => SlotConfidence::Schema,
        "inferred" => SlotConfidence::Inferred,
        _ => return None,
    };
    let path = Path::parse(path_text)?;
    Some(Slot { dialect, resource_type, path_text, path, wants, principals, all_principals, confidence })
}

/// What is known of a type, under its own name or a pattern that it matches.
fn rows(dialect: Dialect, resource_type: &str) -> Option<&'static Rows> {
    let types = TABLE.types(dialect);
    types.rows.get(resource_type).or_else(|| {
        let pattern = types.patterns.iter().find(|pattern| matches_wildcard(pattern, resource_type))?;
        types.rows.get(pattern)
    })
}

fn matches_wildcard(pattern: &str, text: &str) -> bool {
    pattern.split_once('*').is_some_and(|(before, after)| {
        text.len() >= before.len() + after.len() && text.starts_with(before) && text.ends_with(after)
    })
}

/// The slots of a resource type, in the order of the table; none when the type has no slot.
pub fn slots_of(dialect: Dialect, resource_type: &str) -> &'static [Slot] {
    rows(dialect, resource_type).map_or(&[], |rows| &rows.slots)
}

/// The top-level names of attributes, properties and nested blocks of a type that anything here reads; `None` when the
/// type is of no interest. Fit to be a [`crate::graph::Interest`].
pub fn interest(dialect: Dialect, resource_type: &str) -> Option<&'static [&'static str]> {
    rows(dialect, resource_type).map(|rows| &*rows.interest)
}

/// Whether a type takes an instance profile, so that it is compute: it starts machines that act as the role within.
pub fn is_compute(dialect: Dialect, resource_type: &str) -> bool {
    slots_of(dialect, resource_type).iter().any(|slot| slot.wants.takes_profile())
}

/// Every slot there is.
pub fn all() -> impl Iterator<Item = &'static Slot> {
    [&TABLE.terraform, &TABLE.cloudformation]
        .into_iter()
        .flat_map(|types| types.rows.values())
        .flat_map(|rows| &rows.slots)
}

#[cfg(test)]
mod tests;
