//! See `wildcard_instance_permissions.md`.

use crate::aws::identity::Identity;
use crate::diagnostic::Severity;
use crate::permissions::{self, Actions, Content, Grant, Reach};
use crate::rule::{Check, Ctx, Group, Rule};
use crate::text::Span;
use crate::value::{Formula, ResourceId};

pub(super) static RULE: Rule = Rule {
    id: "wildcard-instance-permissions",
    severity: Severity::Warning,
    group: Group::Permissions,
    pedantic: true,
    docs: include_str!("wildcard_instance_permissions.md"),
    check: Check::Each(&[Identity::Role], check),
};

/// Policies of AWS that allow every action of a service on every resource. From the AWS managed policy reference.
const POLICIES: [(&str, &str); 15] = [
    ("AmazonDynamoDBFullAccess", "dynamodb:*"),
    ("AmazonEC2ContainerRegistryFullAccess", "ecr:*"),
    ("AmazonEC2FullAccess", "ec2:*"),
    ("AmazonElastiCacheFullAccess", "elasticache:*"),
    ("AmazonKinesisFullAccess", "kinesis:*"),
    ("AmazonRDSFullAccess", "rds:*"),
    ("AmazonRoute53FullAccess", "route53:*"),
    ("AmazonS3FullAccess", "s3:*"),
    ("AmazonSNSFullAccess", "sns:*"),
    ("AmazonSQSFullAccess", "sqs:*"),
    ("AmazonSSMFullAccess", "ssm:*"),
    ("AWSLambda_FullAccess", "lambda:*"),
    ("CloudWatchLogsFullAccess", "logs:*"),
    ("PowerUserAccess", "all actions but those of IAM, Organizations and accounts"),
    ("SecretsManagerReadWrite", "secretsmanager:*"),
];

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let role = ctx.resource(id);
    let Some(carried) = permissions::carried(ctx.linked, id) else { return };
    let through = ctx.resource(carried.by.resource);
    for reach in &carried.reaching {
        for (span, guard, what) in rights(reach) {
            let message = format!("instances that run as {} may do {what} on every resource", role.declaration);
            let draft = ctx
                .about_resource(id, span, message)
                .help(
                    "Whoever gets onto an instance has its role's credentials, and with them every bucket, key or queue \
                     of the account. Name the actions and resources that the instance needs.",
                )
                .related(role.span, "the role")
                .related(carried.by.span, format!("{} hands it to instances", through.declaration))
                .under(Formula::and([carried.guard.clone(), reach.guard.clone(), guard]));
            ctx.report_once(draft);
        }
    }
}

fn rights(reach: &Reach) -> Vec<(Span, Formula, String)> {
    match &reach.content {
        Content::Aws(name) => {
            let known = POLICIES.iter().find(|(policy, _)| policy == name);
            known.map(|(_, what)| (reach.span, Formula::True, (*what).to_string())).into_iter().collect()
        }
        Content::Document(policy) => {
            let written = |grant: Grant| {
                let what = match &grant.actions {
                    Actions::Matching(pattern) => service_of(pattern).map(|_| pattern.clone())?,
                    // Without IAM among them it is an administrator's statement, which another rule tells.
                    Actions::AllBut(_) if grant.covers("iam:*") => return None,
                    Actions::AllBut(_) => "all but a few actions".to_string(),
                };
                Some((grant.span.unwrap_or(reach.span), grant.guard, what))
            };
            permissions::grants(policy).into_iter().filter_map(written).collect()
        }
    }
}

/// Services that are told elsewhere or have nothing to tell: IAM's rights are an administrator's, and the channels of the
/// SSM agent have no resources that could be named.
const OTHERS: [&str; 3] = ["iam", "ssmmessages", "ec2messages"];

/// The service all of whose actions a pattern means.
fn service_of(pattern: &str) -> Option<&str> {
    let service = pattern.strip_suffix(":*")?;
    let other = OTHERS.iter().any(|other| other.eq_ignore_ascii_case(service));
    (!service.contains(['*', '?', ':']) && !other).then_some(service)
}
