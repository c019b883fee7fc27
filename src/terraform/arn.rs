//! Names taken out of the ARNs of declared identities: `split("/", aws_iam_role.r.arn)[1]`.

use super::evaluator::Evaluator;
use crate::graph::Mode;
use crate::value::{Reason, Shape, SymbolKind, Value};

impl Evaluator<'_> {
    /// The parts of `split("/", arn)` where `arn` refers to a role or profile whose path is known; `None` for any other
    /// call. The last part is the name, and those between it and the first are the path.
    pub(super) fn split_arn(&mut self, function: &str, arguments: &[Value]) -> Option<Value> {
        let [separator, arn] = arguments else { return None };
        let Shape::Symbol(symbol) = &arn.shape else { return None };
        if function != "split" || separator.as_text()? != "/" || symbol.kind != SymbolKind::Arn {
            return None;
        }
        let resource = self.out.resource(symbol.resource);
        let is_identity = matches!(&*resource.kind, "aws_iam_role" | "aws_iam_instance_profile");
        if resource.mode != Mode::Managed || !is_identity {
            return None;
        }
        let path = match self.configured(symbol.resource, "path") {
            Some(path) if !path.is_null() => path.as_text()?.into_owned(),
            _ => "/".to_string(),
        };
        let mut parts = vec![Value::unknown(Reason::AfterApply(symbol.attribute.clone()))];
        parts.extend(path.split('/').filter(|part| !part.is_empty()).map(Value::text));
        parts.push(self.resource_attribute(symbol.resource, "name"));
        Some(Value::list(parts).marked(arn.marks))
    }
}
