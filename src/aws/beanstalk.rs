//! Elastic Beanstalk environments: where their options are, and what else may bring options. From the documentation of the
//! Terraform provider and of the CloudFormation resource type.

use crate::graph::Dialect;

/// What the parts of an environment are called in one language.
pub struct Environment {
    dialect: Dialect,
    kind: &'static str,
    /// The options.
    pub options: &'static str,
    /// An option's namespace.
    pub namespace: &'static str,
    /// An option's name.
    pub name: &'static str,
    /// Names a saved configuration, which has options of its own.
    pub template: &'static str,
}

static ENVIRONMENTS: [Environment; 2] = [
    Environment {
        dialect: Dialect::Terraform,
        kind: "aws_elastic_beanstalk_environment",
        options: "setting",
        namespace: "namespace",
        name: "name",
        template: "template_name",
    },
    Environment {
        dialect: Dialect::CloudFormation,
        kind: "AWS::ElasticBeanstalk::Environment",
        options: "OptionSettings",
        namespace: "Namespace",
        name: "OptionName",
        template: "TemplateName",
    },
];

/// The namespace of the option that names the instance profile.
pub const LAUNCH: &str = "aws:autoscaling:launchconfiguration";
/// The option that names the instance profile.
pub const PROFILE: &str = "IamInstanceProfile";

/// What an environment's parts are called; `None` when the type is none.
pub fn of(dialect: Dialect, kind: &str) -> Option<&'static Environment> {
    ENVIRONMENTS.iter().find(|environment| environment.dialect == dialect && environment.kind == kind)
}

/// The attributes read of each type.
pub(super) fn interest() -> Vec<(Dialect, &'static str, Vec<&'static str>)> {
    ENVIRONMENTS
        .iter()
        .map(|environment| (environment.dialect, environment.kind, vec![environment.options, environment.template]))
        .collect()
}
