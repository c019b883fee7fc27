//! What starts machines: where it points at a launch template or launch configuration, and where it says how a machine
//! reaches the metadata service that hands out its credentials. Which types take an instance profile is told by the
//! slots. From the documentation of the Terraform provider and of the CloudFormation resource types.

use std::sync::LazyLock;

use super::slots::Path;
use crate::graph::Dialect;

/// How a type of resource starts machines, or says how they are started.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Compute {
    /// The language of the type.
    pub dialect: Dialect,
    /// The type.
    pub kind: &'static str,
    /// What it is.
    pub role: ComputeRole,
    /// The attributes with its own name, for what is referred to by name.
    pub names: Vec<Path>,
    /// Where it names launch templates, by id or name.
    pub templates: Vec<Path>,
    /// Where it names launch configurations.
    pub configurations: Vec<Path>,
    /// Where the metadata service is switched on and off (`enabled`, `disabled`).
    pub metadata_endpoint: Option<Path>,
    /// Where it is said whether session tokens are required of who asks it (`required`, `optional`).
    pub metadata_tokens: Option<Path>,
}

/// What a type is among those that start machines.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum ComputeRole {
    /// Machines, or a group of them.
    Machines,
    /// A launch template, from which machines are made.
    LaunchTemplate,
    /// A launch configuration, from which machines are made.
    LaunchConfiguration,
}

/// What the table below holds of a type: its own names, launch templates, launch configurations, and what its metadata
/// options are in.
struct Row {
    kind: &'static str,
    names: &'static [&'static str],
    templates: &'static [&'static str],
    configurations: &'static [&'static str],
    endpoint: Option<&'static str>,
    tokens: Option<&'static str>,
}

const TERRAFORM_ENDPOINT: Option<&str> = Some("metadata_options.http_endpoint");
const TERRAFORM_TOKENS: Option<&str> = Some("metadata_options.http_tokens");
const ENDPOINT: Option<&str> = Some("MetadataOptions.HttpEndpoint");
const TOKENS: Option<&str> = Some("MetadataOptions.HttpTokens");

static TERRAFORM: [Row; 8] = [
    Row {
        kind: "aws_instance",
        names: &[],
        templates: &["launch_template.id", "launch_template.name"],
        configurations: &[],
        endpoint: TERRAFORM_ENDPOINT,
        tokens: TERRAFORM_TOKENS,
    },
    Row {
        kind: "aws_spot_instance_request",
        names: &[],
        templates: &["launch_template.id", "launch_template.name"],
        configurations: &[],
        endpoint: TERRAFORM_ENDPOINT,
        tokens: TERRAFORM_TOKENS,
    },
    Row {
        kind: "aws_launch_template",
        names: &["name", "name_prefix"],
        templates: &[],
        configurations: &[],
        endpoint: TERRAFORM_ENDPOINT,
        tokens: TERRAFORM_TOKENS,
    },
    Row {
        kind: "aws_launch_configuration",
        names: &["name", "name_prefix"],
        templates: &[],
        configurations: &[],
        endpoint: TERRAFORM_ENDPOINT,
        tokens: TERRAFORM_TOKENS,
    },
    Row {
        kind: "aws_autoscaling_group",
        names: &[],
        templates: &[
            "launch_template.id",
            "launch_template.name",
            "mixed_instances_policy.launch_template.launch_template_specification.launch_template_id",
            "mixed_instances_policy.launch_template.launch_template_specification.launch_template_name",
            "mixed_instances_policy.launch_template.override.launch_template_specification.launch_template_id",
            "mixed_instances_policy.launch_template.override.launch_template_specification.launch_template_name",
        ],
        configurations: &["launch_configuration"],
        endpoint: None,
        tokens: None,
    },
    Row {
        kind: "aws_spot_fleet_request",
        names: &[],
        templates: &[
            "launch_template_config.launch_template_specification.id",
            "launch_template_config.launch_template_specification.name",
        ],
        configurations: &[],
        endpoint: None,
        tokens: None,
    },
    Row {
        kind: "aws_ec2_fleet",
        names: &[],
        templates: &[
            "launch_template_config.launch_template_specification.launch_template_id",
            "launch_template_config.launch_template_specification.launch_template_name",
        ],
        configurations: &[],
        endpoint: None,
        tokens: None,
    },
    Row {
        kind: "aws_eks_node_group",
        names: &[],
        templates: &["launch_template.id", "launch_template.name"],
        configurations: &[],
        endpoint: None,
        tokens: None,
    },
];

static CLOUDFORMATION: [Row; 7] = [
    Row {
        kind: "AWS::EC2::Instance",
        names: &[],
        templates: &["LaunchTemplate.LaunchTemplateId", "LaunchTemplate.LaunchTemplateName"],
        configurations: &[],
        endpoint: ENDPOINT,
        tokens: TOKENS,
    },
    Row {
        kind: "AWS::EC2::LaunchTemplate",
        names: &["LaunchTemplateName"],
        templates: &[],
        configurations: &[],
        endpoint: Some("LaunchTemplateData.MetadataOptions.HttpEndpoint"),
        tokens: Some("LaunchTemplateData.MetadataOptions.HttpTokens"),
    },
    Row {
        kind: "AWS::AutoScaling::LaunchConfiguration",
        names: &["LaunchConfigurationName"],
        templates: &[],
        configurations: &[],
        endpoint: ENDPOINT,
        tokens: TOKENS,
    },
    Row {
        kind: "AWS::AutoScaling::AutoScalingGroup",
        names: &[],
        templates: &[
            "LaunchTemplate.LaunchTemplateId",
            "LaunchTemplate.LaunchTemplateName",
            "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId",
            "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateName",
            "MixedInstancesPolicy.LaunchTemplate.Overrides.LaunchTemplateSpecification.LaunchTemplateId",
            "MixedInstancesPolicy.LaunchTemplate.Overrides.LaunchTemplateSpecification.LaunchTemplateName",
        ],
        configurations: &["LaunchConfigurationName"],
        endpoint: None,
        tokens: None,
    },
    Row {
        kind: "AWS::EC2::SpotFleet",
        names: &[],
        templates: &[
            "SpotFleetRequestConfigData.LaunchTemplateConfigs.LaunchTemplateSpecification.LaunchTemplateId",
            "SpotFleetRequestConfigData.LaunchTemplateConfigs.LaunchTemplateSpecification.LaunchTemplateName",
        ],
        configurations: &[],
        endpoint: None,
        tokens: None,
    },
    Row {
        kind: "AWS::EC2::EC2Fleet",
        names: &[],
        templates: &[
            "LaunchTemplateConfigs.LaunchTemplateSpecification.LaunchTemplateId",
            "LaunchTemplateConfigs.LaunchTemplateSpecification.LaunchTemplateName",
        ],
        configurations: &[],
        endpoint: None,
        tokens: None,
    },
    Row {
        kind: "AWS::EKS::Nodegroup",
        names: &[],
        templates: &["LaunchTemplate.Id", "LaunchTemplate.Name"],
        configurations: &[],
        endpoint: None,
        tokens: None,
    },
];

static COMPUTE: LazyLock<Vec<Compute>> = LazyLock::new(|| {
    let paths = |texts: &[&'static str]| texts.iter().filter_map(|text| Path::parse(text)).collect();
    let read = |dialect: Dialect, row: &Row| Compute {
        dialect,
        kind: row.kind,
        role: match row.kind {
            "aws_launch_template" | "AWS::EC2::LaunchTemplate" => ComputeRole::LaunchTemplate,
            "aws_launch_configuration" | "AWS::AutoScaling::LaunchConfiguration" => ComputeRole::LaunchConfiguration,
            _ => ComputeRole::Machines,
        },
        names: paths(row.names),
        templates: paths(row.templates),
        configurations: paths(row.configurations),
        metadata_endpoint: row.endpoint.and_then(Path::parse),
        metadata_tokens: row.tokens.and_then(Path::parse),
    };
    let terraform = TERRAFORM.iter().map(|row| read(Dialect::Terraform, row));
    terraform.chain(CLOUDFORMATION.iter().map(|row| read(Dialect::CloudFormation, row))).collect()
});

/// How a type of resource starts machines; `None` when it does not, or does so only through a slot.
pub fn of(dialect: Dialect, kind: &str) -> Option<&'static Compute> {
    COMPUTE.iter().find(|compute| compute.dialect == dialect && compute.kind == kind)
}

/// The attributes read of each type.
pub(super) fn interest() -> Vec<(Dialect, &'static str, Vec<&'static str>)> {
    COMPUTE
        .iter()
        .map(|compute| {
            let lists = [&compute.names, &compute.templates, &compute.configurations];
            let paths = lists.into_iter().flatten().chain(&compute.metadata_endpoint).chain(&compute.metadata_tokens);
            (compute.dialect, compute.kind, paths.filter_map(Path::attribute).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_read() {
        let written = |row: &Row| row.names.len() + row.templates.len() + row.configurations.len();
        let read = |compute: &Compute| compute.names.len() + compute.templates.len() + compute.configurations.len();
        let rows: usize = TERRAFORM.iter().chain(&CLOUDFORMATION).map(written).sum();
        assert_eq!(COMPUTE.iter().map(read).sum::<usize>(), rows);
    }

    #[test]
    fn a_launch_template_is_told_from_machines() {
        let template = of(Dialect::CloudFormation, "AWS::EC2::LaunchTemplate").unwrap();
        assert_eq!(template.role, ComputeRole::LaunchTemplate);
        assert!(template.metadata_endpoint.is_some());
        assert_eq!(of(Dialect::Terraform, "aws_autoscaling_group").unwrap().role, ComputeRole::Machines);
        assert_eq!(of(Dialect::CloudFormation, "aws_instance"), None);
    }
}
