//! `data "template_file"`: what configurations had before `templatefile()`. Its `rendered` is the template with the
//! variables put in, by the template provider's documentation.

use super::evaluator::Evaluator;
use crate::value::{ResourceId, Shape, Value, choice};

/// The `rendered` of the data source; `None` where only the provider can tell.
pub(super) fn rendered(evaluator: &mut Evaluator<'_>, id: ResourceId) -> Option<Value> {
    let span = evaluator.out.resource(id).span;
    let template = evaluator.configured(id, "template").filter(|template| !template.is_null())?;
    let variables = evaluator.configured(id, "vars").filter(|variables| !variables.is_null());
    let rendered = choice::lift(&[template, variables.map_or_else(|| Value::object(Vec::new()), map)], |values| {
        evaluator.render_template("templatestring", values, span)
    });
    // A template of the provider's may use what functions and names of Terraform do not have.
    (!rendered.has_error()).then_some(rendered)
}

/// Before Terraform 0.12 variables could also be written as a block.
fn map(variables: Value) -> Value {
    match &variables.shape {
        Shape::Sequence(_, blocks) if blocks.len() == 1 => blocks[0].clone(),
        _ => variables,
    }
}
