//! The policies of generated roles.

use std::sync::Arc;

use crate::cloudformation::unknown;
use crate::value::choice::collect_symbols;
use crate::value::{Entry, Reason, Shape, TypeHint, Unknown, Value, concatenate};

/// The ARN of a policy of AWS's own.
pub(super) fn managed_policy(name: &str) -> Value {
    concatenate(vec![
        Value::text("arn:"),
        unknown(Reason::Variable("AWS::Partition".into()), TypeHint::String),
        Value::text(format!(":iam::aws:policy/{name}")),
    ])
}

/// Names of policies of AWS's own that functions and state machines are given and whose path is that of service roles,
/// apart from those for Lambda itself. From the list in aws/serverless-application-model.
const FOR_SERVICE_ROLES: [&str; 12] = [
    "AWSGlueServiceRole",
    "AWSCodeDeployRoleForLambda",
    "AWSCodeDeployRoleForLambdaLimited",
    "AWSAppSyncPushToCloudWatchLogs",
    "AWSIoTRuleActions",
    "AWSTransferLoggingAccess",
    "AmazonAPIGatewayPushToCloudWatchLogs",
    "AmazonECSTaskExecutionRolePolicy",
    "AmazonRDSEnhancedMonitoringRole",
    "AmazonS3ObjectLambdaExecutionRolePolicy",
    "AmazonSNSRole",
    "AmazonSSMAutomationRole",
];

/// Likewise for job functions.
const FOR_JOBS: [&str; 7] = [
    "Billing",
    "DataScientist",
    "DatabaseAdministrator",
    "NetworkAdministrator",
    "SupportUser",
    "SystemAdministrator",
    "ViewOnlyAccess",
];

/// A policy of AWS's own, given by its name, with its path.
fn with_path(name: &str) -> String {
    let for_lambda = name.starts_with("AWSLambda") && name.ends_with("ExecutionRole")
        || matches!(name, "AWSLambdaRole" | "AWSLambdaENIManagementAccess");
    if for_lambda || FOR_SERVICE_ROLES.contains(&name) {
        format!("service-role/{name}")
    } else if FOR_JOBS.contains(&name) {
        format!("job-function/{name}")
    } else {
        name.to_owned()
    }
}

/// `Policies` of a function as managed policies and inline ones. A policy template gives an inline policy whose document
/// is not known.
pub(super) fn split_policies(policies: Option<&Value>, role: &str) -> (Vec<Value>, Vec<Value>) {
    let (mut arns, mut inline) = (Vec::new(), Vec::new());
    let items = match policies.map(|value| (&value.shape, value)) {
        None | Some((Shape::Null, _)) => &[],
        Some((Shape::Sequence(_, items), _)) => &items[..],
        Some((_, single)) => std::slice::from_ref(single),
    };
    for (index, item) in items.iter().enumerate() {
        match &item.shape {
            Shape::Mapping(..) => {
                let document = match item.get("Statement") {
                    Some(_) => item.clone(),
                    None => {
                        let mut may = Vec::new();
                        collect_symbols(item, &mut may);
                        let reason = Reason::Transform(crate::cloudformation::template::SAM.into());
                        let unknown = Unknown { hint: TypeHint::Mapping, may: may.into(), ..Unknown::new(reason) };
                        Shape::Unknown(Arc::new(unknown)).into()
                    }
                };
                let entry = |key: &str, value| Entry { key: key.into(), key_span: None, value };
                inline.push(Value::object(vec![
                    entry("PolicyName", Value::text(format!("{role}Policy{index}"))),
                    entry("PolicyDocument", document),
                ]));
            }
            Shape::Text(text) if !text.starts_with("arn:") => {
                let arn = managed_policy(&with_path(text));
                arns.push(if let Some(span) = item.span { arn.at(span) } else { arn });
            }
            Shape::Null => {}
            _ => arns.push(item.clone()),
        }
    }
    (arns, inline)
}
