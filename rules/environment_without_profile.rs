//! See `environment_without_profile.md`.

use crate::aws::beanstalk::{self, Environment, LAUNCH, PROFILE};
use crate::diagnostic::Severity;
use crate::graph::{Attribute, Dialect};
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{ResourceId, Shape, Value};

pub(super) static RULE: Rule = Rule {
    id: "environment-without-profile",
    severity: Severity::Warning,
    group: Group::Chain,
    pedantic: false,
    docs: include_str!("environment_without_profile.md"),
    check: Check::Managed(check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let resource = ctx.resource(id);
    let Some(words) = beanstalk::of(resource.dialect, &resource.kind) else { return };
    let elsewhere = resource.value(words.template).is_some_and(|value| !value.is_null());
    let Some(options) = resource.attribute(words.options) else { return };
    if elsewhere || ctx.linked.configuration.broken || !lacks_profile(words, options) {
        return;
    }
    let how = match resource.dialect {
        Dialect::Terraform => {
            "Add a setting with namespace aws:autoscaling:launchconfiguration, name IamInstanceProfile and the name of an \
             aws_iam_instance_profile."
        }
        Dialect::CloudFormation => {
            "Add an option with Namespace aws:autoscaling:launchconfiguration, OptionName IamInstanceProfile and a !Ref to \
             an AWS::IAM::InstanceProfile."
        }
    };
    let draft = ctx
        .about_resource(id, options.key_span, format!("{} names no instance profile", resource.declaration))
        .label("no IamInstanceProfile among these")
        .help(format!(
            "Elastic Beanstalk takes none by itself any more and answers \"Environment must have instance profile associated \
             with it\", unless the application's own configuration files bring one. {how}"
        ));
    ctx.report(draft);
}

/// Whether every option is known, and none is the instance profile.
fn lacks_profile(words: &Environment, options: &Attribute) -> bool {
    let Some(items) = options.value.as_sequence() else { return false };
    items.iter().all(|option| {
        let Shape::Mapping(_, entries) = &option.shape else { return false };
        let part = |name: &str| entries.iter().find(|entry| &*entry.key == name).map(|entry| &entry.value);
        // Options that come from a default are replaced as a whole.
        if [words.namespace, words.name].iter().any(|name| part(name).is_some_and(|value| value.marks.assumed)) {
            return false;
        }
        match part(words.name).and_then(Value::as_text) {
            Some(name) => name != PROFILE,
            // With another namespace it is another option, whatever its name.
            None => part(words.namespace).and_then(Value::as_text).is_some_and(|namespace| namespace != LAUNCH),
        }
    })
}
