//! Lambda@Edge: where a CloudFront distribution names the functions that run at its edges. Such a function's role has to
//! let in two services. From the CloudFront developer guide, "Set up IAM permissions and roles for Lambda@Edge".

use std::sync::LazyLock;

use super::slots::Path;
use crate::graph::Dialect;

/// The service that runs functions at the edge, besides Lambda itself.
pub const SERVICE: &str = "edgelambda.amazonaws.com";

/// Where a type of resource names functions for the edge, or a version of one.
pub struct Edge {
    dialect: Dialect,
    kind: &'static str,
    /// Where the functions are.
    pub functions: Vec<Path>,
    /// Whether the type is only a version of a function and not what runs it.
    pub version: bool,
}

const ROWS: [(Dialect, &str, bool, &[&str]); 4] = [
    (
        Dialect::Terraform,
        "aws_cloudfront_distribution",
        false,
        &[
            "default_cache_behavior.lambda_function_association[].lambda_arn",
            "ordered_cache_behavior[].lambda_function_association[].lambda_arn",
        ],
    ),
    (
        Dialect::CloudFormation,
        "AWS::CloudFront::Distribution",
        false,
        &[
            "DistributionConfig.DefaultCacheBehavior.LambdaFunctionAssociations[].LambdaFunctionARN",
            "DistributionConfig.CacheBehaviors[].LambdaFunctionAssociations[].LambdaFunctionARN",
        ],
    ),
    (Dialect::CloudFormation, "AWS::Lambda::Version", true, &["FunctionName"]),
    (Dialect::CloudFormation, "AWS::Lambda::Alias", true, &["FunctionName"]),
];

static EDGES: LazyLock<Vec<Edge>> = LazyLock::new(|| {
    ROWS.iter()
        .map(|(dialect, kind, version, paths)| Edge {
            dialect: *dialect,
            kind,
            functions: paths.iter().filter_map(|path| Path::parse(path)).collect(),
            version: *version,
        })
        .collect()
});

/// How a type of resource names functions for the edge, if it does.
pub fn of(dialect: Dialect, kind: &str) -> Option<&'static Edge> {
    EDGES.iter().find(|edge| edge.dialect == dialect && edge.kind == kind)
}

/// The attributes read of each type.
pub(super) fn interest() -> Vec<(Dialect, &'static str, Vec<&'static str>)> {
    EDGES
        .iter()
        .map(|edge| (edge.dialect, edge.kind, edge.functions.iter().filter_map(Path::attribute).collect()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_read() {
        for (dialect, kind, _, paths) in ROWS {
            assert_eq!(of(dialect, kind).unwrap().functions.len(), paths.len(), "{kind}");
        }
    }
}
