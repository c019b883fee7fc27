//! What a type of resource is to IAM, and what its attributes are called in each dialect, so that nothing else has to
//! spell them. From the documentation of the Terraform provider and of the CloudFormation resource types.

use crate::graph::{Dialect, Mode};

/// What stands around text that something else puts a value in for: a parameter of the document that it stands in, such as
/// `{{ AutomationAssumeRole }}` of Systems Manager and `#{myRole}` of Data Pipeline, or a mark that a program which
/// publishes the file replaces.
const PLACEHOLDERS: [(&str, &str); 5] = [("{{", "}}"), ("#{", "}"), ("<<", ">>"), ("%%", "%%"), ("@@", "@@")];

/// Whether the text only stands for the name or ARN of an identity that is put in for it.
pub fn is_placeholder(text: &str) -> bool {
    let is_inside = |(open, close): &(&str, &str)| {
        text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).is_some_and(|inner| !inner.is_empty())
    };
    PLACEHOLDERS.iter().any(is_inside)
}

/// What a resource is to IAM.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Identity {
    /// A role.
    Role,
    /// An instance profile.
    InstanceProfile,
    /// A role that a service owns, trust policy included.
    ServiceLinkedRole,
    /// A managed policy; in CloudFormation it may name the roles it is attached to.
    ManagedPolicy,
    /// An inline policy of roles, declared beside them.
    RolePolicy,
    /// An attachment of managed policies to roles.
    PolicyAttachment,
    /// The complete list of a role's inline policies, by name.
    RolePolicyNames,
    /// An inline policy of users or groups.
    OtherPolicy,
}

/// An attribute that holds inline policies, each with a name and a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Inline {
    /// The attribute or nested block: one mapping a policy.
    pub attribute: &'static str,
    /// The policy's name in it.
    pub name: &'static str,
    /// The policy document in it.
    pub policy: &'static str,
}

/// What the attributes of a type are called. What a type does not have is `None` or empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Names {
    /// The name.
    pub name: Option<&'static str>,
    /// The beginning of a generated name.
    pub name_prefix: Option<&'static str>,
    /// The path.
    pub path: Option<&'static str>,
    /// The trust policy.
    pub trust: Option<&'static str>,
    /// The policy document.
    pub policy: Option<&'static str>,
    /// The names of the roles that it holds or is about.
    pub roles: &'static [&'static str],
    /// The ARNs of the managed policies that it attaches.
    pub policy_arns: &'static [&'static str],
    /// Inline policies.
    pub inline: Option<Inline>,
    /// The ARN of the permissions boundary.
    pub boundary: Option<&'static str>,
    /// The service a service-linked role belongs to.
    pub service: Option<&'static str>,
    /// The resource's own ARN, where it can be given: in a data source.
    pub arn: Option<&'static str>,
    /// Whether a replacement is made before the old one goes.
    pub create_first: Option<&'static str>,
}

const NONE: Names = Names {
    name: None,
    name_prefix: None,
    path: None,
    trust: None,
    policy: None,
    roles: &[],
    policy_arns: &[],
    inline: None,
    boundary: None,
    service: None,
    arn: None,
    create_first: None,
};

struct Row {
    dialect: Dialect,
    kind: &'static str,
    /// Whether a data source of this type looks one up.
    data: bool,
    identity: Identity,
    names: Names,
}

const fn terraform(kind: &'static str, identity: Identity, names: Names) -> Row {
    let data = matches!(identity, Identity::Role | Identity::InstanceProfile | Identity::ManagedPolicy);
    Row { dialect: Dialect::Terraform, kind, data, identity, names }
}

const fn cloudformation(kind: &'static str, identity: Identity, names: Names) -> Row {
    Row { dialect: Dialect::CloudFormation, kind, data: false, identity, names }
}

const INLINE: Inline = Inline { attribute: "inline_policy", name: "name", policy: "policy" };
const POLICIES: Inline = Inline { attribute: "Policies", name: "PolicyName", policy: "PolicyDocument" };

static ROWS: [Row; 21] = [
    terraform(
        "aws_iam_role",
        Identity::Role,
        Names {
            name: Some("name"),
            name_prefix: Some("name_prefix"),
            path: Some("path"),
            trust: Some("assume_role_policy"),
            policy_arns: &["managed_policy_arns"],
            inline: Some(INLINE),
            boundary: Some("permissions_boundary"),
            create_first: Some("create_before_destroy"),
            ..NONE
        },
    ),
    terraform(
        "aws_iam_instance_profile",
        Identity::InstanceProfile,
        Names {
            name: Some("name"),
            name_prefix: Some("name_prefix"),
            path: Some("path"),
            roles: &["role", "roles"],
            create_first: Some("create_before_destroy"),
            ..NONE
        },
    ),
    terraform(
        "aws_iam_service_linked_role",
        Identity::ServiceLinkedRole,
        Names { service: Some("aws_service_name"), ..NONE },
    ),
    terraform(
        "aws_iam_policy",
        Identity::ManagedPolicy,
        Names {
            name: Some("name"),
            name_prefix: Some("name_prefix"),
            path: Some("path"),
            policy: Some("policy"),
            arn: Some("arn"),
            ..NONE
        },
    ),
    terraform(
        "aws_iam_role_policy",
        Identity::RolePolicy,
        Names {
            name: Some("name"),
            name_prefix: Some("name_prefix"),
            policy: Some("policy"),
            roles: &["role"],
            ..NONE
        },
    ),
    terraform(
        "aws_iam_role_policy_attachment",
        Identity::PolicyAttachment,
        Names { roles: &["role"], policy_arns: &["policy_arn"], ..NONE },
    ),
    terraform(
        "aws_iam_policy_attachment",
        Identity::PolicyAttachment,
        Names { name: Some("name"), roles: &["roles"], policy_arns: &["policy_arn"], ..NONE },
    ),
    terraform(
        "aws_iam_role_policy_attachments_exclusive",
        Identity::PolicyAttachment,
        Names { roles: &["role_name"], policy_arns: &["policy_arns"], ..NONE },
    ),
    terraform(
        "aws_iam_role_policies_exclusive",
        Identity::RolePolicyNames,
        Names { name: Some("policy_names"), roles: &["role_name"], ..NONE },
    ),
    terraform("aws_iam_user_policy", Identity::OtherPolicy, Names { policy: Some("policy"), ..NONE }),
    terraform("aws_iam_group_policy", Identity::OtherPolicy, Names { policy: Some("policy"), ..NONE }),
    cloudformation(
        "AWS::IAM::Role",
        Identity::Role,
        Names {
            name: Some("RoleName"),
            path: Some("Path"),
            trust: Some("AssumeRolePolicyDocument"),
            policy_arns: &["ManagedPolicyArns"],
            inline: Some(POLICIES),
            boundary: Some("PermissionsBoundary"),
            ..NONE
        },
    ),
    cloudformation(
        "AWS::IAM::InstanceProfile",
        Identity::InstanceProfile,
        Names { name: Some("InstanceProfileName"), path: Some("Path"), roles: &["Roles"], ..NONE },
    ),
    cloudformation(
        "AWS::IAM::ServiceLinkedRole",
        Identity::ServiceLinkedRole,
        Names { service: Some("AWSServiceName"), ..NONE },
    ),
    cloudformation(
        "AWS::IAM::ManagedPolicy",
        Identity::ManagedPolicy,
        Names {
            name: Some("ManagedPolicyName"),
            path: Some("Path"),
            policy: Some("PolicyDocument"),
            roles: &["Roles"],
            ..NONE
        },
    ),
    cloudformation(
        "AWS::IAM::Policy",
        Identity::RolePolicy,
        Names { name: Some("PolicyName"), policy: Some("PolicyDocument"), roles: &["Roles"], ..NONE },
    ),
    cloudformation(
        "AWS::IAM::RolePolicy",
        Identity::RolePolicy,
        Names { name: Some("PolicyName"), policy: Some("PolicyDocument"), roles: &["RoleName"], ..NONE },
    ),
    cloudformation("AWS::IAM::UserPolicy", Identity::OtherPolicy, Names { policy: Some("PolicyDocument"), ..NONE }),
    cloudformation("AWS::IAM::GroupPolicy", Identity::OtherPolicy, Names { policy: Some("PolicyDocument"), ..NONE }),
    cloudformation("AWS::IAM::User", Identity::OtherPolicy, Names { inline: Some(POLICIES), ..NONE }),
    cloudformation("AWS::IAM::Group", Identity::OtherPolicy, Names { inline: Some(POLICIES), ..NONE }),
];

fn row(dialect: Dialect, kind: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.dialect == dialect && row.kind == kind)
}

/// What a type of resource, or of data source, is to IAM; `None` when it is nothing that is tracked.
pub fn of(dialect: Dialect, kind: &str, mode: Mode) -> Option<Identity> {
    let row = row(dialect, kind)?;
    (mode == Mode::Managed || row.data).then_some(row.identity)
}

/// What the attributes of a type are called; `None` when the type is nothing to IAM.
pub fn names(dialect: Dialect, kind: &str) -> Option<&'static Names> {
    row(dialect, kind).map(|row| &row.names)
}

/// The attributes read of each type.
pub(super) fn interest() -> Vec<(Dialect, &'static str, Vec<&'static str>)> {
    ROWS.iter()
        .map(|row| {
            let names = &row.names;
            let single = [
                names.name,
                names.name_prefix,
                names.path,
                names.trust,
                names.policy,
                names.inline.map(|inline| inline.attribute),
                names.boundary,
                names.service,
                names.arn,
                names.create_first,
            ];
            let mut attributes: Vec<&'static str> = single.into_iter().flatten().collect();
            attributes.extend(names.roles);
            attributes.extend(names.policy_arns);
            (row.dialect, row.kind, attributes)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_source_is_what_it_looks_up() {
        let of = |kind, mode| of(Dialect::Terraform, kind, mode);
        assert_eq!(of("aws_iam_role", Mode::Data), Some(Identity::Role));
        assert_eq!(of("aws_iam_role_policy", Mode::Managed), Some(Identity::RolePolicy));
        assert_eq!(of("aws_iam_role_policy", Mode::Data), None);
        assert_eq!(of("aws_dms_instance_profile", Mode::Managed), None);
        assert_eq!(of("AWS::IAM::Role", Mode::Managed), None);
    }

    #[test]
    fn every_type_is_there_once_and_of_interest() {
        for row in &ROWS {
            let same = ROWS.iter().filter(|other| (other.dialect, other.kind) == (row.dialect, row.kind));
            assert_eq!(same.count(), 1, "{}", row.kind);
            let wanted = crate::aws::slots::interest(row.dialect, row.kind).unwrap();
            assert!(row.names.roles.iter().chain(&row.names.trust).all(|name| wanted.contains(name)), "{}", row.kind);
        }
    }
}
