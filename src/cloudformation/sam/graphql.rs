//! GraphQL APIs: what AppSync acts as towards data sources and for its logs.

use super::generated::{Generated, Made, When};
use crate::cloudformation::Evaluator;
use crate::syntax::Node;

/// The service that assumes the roles.
const SERVICE: &str = "appsync.amazonaws.com";

/// The policy for its logs.
const LOGS: &str = "service-role/AWSAppSyncPushToCloudWatchLogs";

/// The groups of data sources that need a role: their key, and what stands for them in logical ids.
const DATA_SOURCES: [(&str, &str); 2] = [("DynamoDb", "DynamoDB"), ("Lambda", "Lambda")];

impl Evaluator<'_> {
    /// Declares the roles of a GraphQL API, and the data sources that are handed them.
    pub(super) fn declare_graphql_resources(&mut self, owner: usize) {
        let document = self.document;
        let Some(declared) = self.declared.get(owner) else { return };
        if &*declared.kind != "AWS::Serverless::GraphQLApi" {
            return;
        }
        let (name, span, properties) = (declared.name.clone(), declared.span, declared.properties);
        let part = |policy| Made::PartRole { service: SERVICE, boundary: None, policy };
        let generated = |made| Generated { owner, when: When::WithOwner, made };
        let logging = properties.and_then(|properties| document.get(properties, "Logging"));
        let needs_role = logging.is_none_or(|logging| match document.node(logging) {
            Node::Bool(on) => on,
            Node::Mapping(_) if self.call(logging).is_none() => {
                document.get(logging, "CloudWatchLogsRoleArn").is_none()
            }
            other => matches!(other, Node::Null),
        });
        if needs_role {
            self.declare(format!("{name}CloudWatchRole"), "AWS::IAM::Role", span, generated(part(Some(LOGS))));
        }
        let sources = properties.and_then(|properties| document.get(properties, "DataSources"));
        for (group, word) in DATA_SOURCES {
            let group = sources.and_then(|sources| document.get(sources, group));
            for (key, body) in group.into_iter().flat_map(|group| document.entries(group)).collect::<Vec<_>>() {
                let id = format!("{name}{}{word}DataSource", self.key_text(key));
                let span = document.span(key);
                let given = document.get(body, "ServiceRoleArn");
                let role = match given {
                    Some(_) => None,
                    None => self.declare(format!("{id}Role"), "AWS::IAM::Role", span, generated(part(None))),
                };
                let to = if word == "Lambda" { "Lambda" } else { "Table" };
                let policy = format!("{id}To{to}ConnectorPolicy");
                let source = self.declare(id, "AWS::AppSync::DataSource", span, generated(Made::User { given, role }));
                if let (Some(actor), Some(_)) = (source, role) {
                    let made = Made::PolicyFor { actor, towards: None };
                    self.declare(policy, "AWS::IAM::ManagedPolicy", span, generated(made));
                }
            }
        }
    }
}
