//! See `wrong_slot_shape.md`.

use crate::aws::identity::Identity;
use crate::aws::slots::{self, Found, Slot, Wants};
use crate::diagnostic::Severity;
use crate::graph::{Attribute, Dialect};
use crate::link::{Means, SlotUse};
use crate::rule::{Check, Ctx, Group, Rule};
use crate::syntax::Language;
use crate::value::{Formula, ResourceId, SequenceKind, Shape, Value, choice};

pub(super) static RULE: Rule = Rule {
    id: "wrong-slot-shape",
    severity: Severity::Error,
    group: Group::Chain,
    pedantic: false,
    docs: include_str!("wrong_slot_shape.md"),
    check: Check::Managed(check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let resource = ctx.resource(id);
    let all = slots::slots_of(resource.dialect, &resource.kind);
    let mut reported = Vec::new();
    for slot in all.iter().filter(|slot| slot.confidence != slots::SlotConfidence::Inferred) {
        // Elsewhere, documents above all, text may stand for an object.
        let misplaced = match slot.wants.takes_profile() {
            true => slots::misplaced(slot, resource, ctx.linked.files),
            false => Vec::new(),
        };
        for found in misplaced {
            // The slots of one block share what stands in its place.
            if !reported.contains(&found.key_span) {
                reported.push(found.key_span);
                text_for_object(ctx, id, &found);
            }
        }
        let Some(attribute) = slot.path.attribute().and_then(|name| resource.attribute(name)) else { continue };
        if !reported.contains(&attribute.key_span) && attribute_for_block(ctx, id, slot, attribute) {
            reported.push(attribute.key_span);
        }
        list_for_one(ctx, id, slot, attribute);
        one_for_list(ctx, id, slot, attribute);
    }
    let uses: Vec<(usize, &SlotUse)> = ctx.linked.uses_of(id).collect();
    for (index, slot_use) in &uses {
        object_for_text(ctx, *index, slot_use);
    }
    name_and_arn(ctx, &uses);
}

/// Text where an object or block has to be: `IamInstanceProfile: !Ref Profile` in a launch template.
fn text_for_object(ctx: &mut Ctx<'_>, id: ResourceId, found: &Found) {
    let value = &found.value;
    if !is_text(value) || value.marks.assumed {
        return;
    }
    let resource = ctx.resource(id);
    let how = match resource.dialect {
        Dialect::Terraform => "Write it as a block with the name or the ARN in it.",
        Dialect::CloudFormation => {
            "Write a mapping with Name (the profile's name, its !Ref) or Arn (its !GetAtt Profile.Arn) in it."
        }
    };
    let draft = ctx
        .about_resource(
            id,
            value.span.unwrap_or(found.key_span),
            format!("{} takes an object here, not text", resource.declaration),
        )
        .label("this is text")
        .help(format!("AWS does not accept a value of another type. {how}"))
        .under(found.guard.clone());
    ctx.report(draft);
}

/// `name = { … }` where Terraform wants a block, and a block where it wants a value.
fn attribute_for_block(ctx: &mut Ctx<'_>, id: ResourceId, slot: &Slot, attribute: &Attribute) -> bool {
    let resource = ctx.resource(id);
    let native = ctx.linked.files.document(attribute.key_span.source).is_some_and(|document| {
        // In JSON both are written the same way.
        document.language() == Language::Hcl
    });
    if resource.dialect != Dialect::Terraform || !native {
        return false;
    }
    let name = &attribute.name;
    let (what, how) = match (attribute.block, slot.path.inner().is_empty()) {
        (true, true) => {
            (format!("{name} is an argument, not a block"), format!("Write {name} = … with an equals sign."))
        }
        // Only of these it is certain that they are blocks and not arguments that take an object.
        (false, false) if is_block(&resource.kind, name) && is_object(&attribute.value) => {
            (format!("{name} is a block, not an argument"), format!("Write {name} {{ … }} without an equals sign."))
        }
        _ => return false,
    };
    let draft = ctx
        .about_resource(id, attribute.key_span, format!("{what}, in {}", resource.declaration))
        .help(format!("Terraform answers \"Unsupported argument\" or \"Unsupported block type\". {how}"));
    ctx.report(draft);
    true
}

/// Blocks of the AWS provider's schema that hold an instance profile or role.
const BLOCKS: [(&str, &str); 4] = [
    ("aws_launch_template", "iam_instance_profile"),
    ("aws_batch_compute_environment", "compute_resources"),
    ("aws_emr_cluster", "ec2_attributes"),
    ("aws_spot_fleet_request", "launch_specification"),
];

fn is_block(kind: &str, name: &str) -> bool {
    BLOCKS.contains(&(kind, name))
}

fn is_object(value: &Value) -> bool {
    choice::alternatives(value).iter().any(|alternative| matches!(alternative.value.shape, Shape::Mapping(..)))
}

/// A list where Terraform wants one value: a splat without an index.
fn list_for_one(ctx: &mut Ctx<'_>, id: ResourceId, slot: &Slot, attribute: &Attribute) {
    if attribute.block || !slot.path.inner().is_empty() || slot.path_text.ends_with(']') {
        return;
    }
    let resource = ctx.resource(id);
    for alternative in choice::alternatives(&attribute.value) {
        let list = match &alternative.value.shape {
            Shape::Sequence(kind, _) => *kind != SequenceKind::Set,
            Shape::Open(open) => !open.keyed,
            _ => false,
        };
        if !list || alternative.value.marks.assumed {
            continue;
        }
        let place = alternative.value.span.unwrap_or(attribute.key_span);
        let place = attribute.value.path.as_ref().map_or(place, |hop| hop.span);
        let draft = ctx
            .about_resource(id, place, format!("{} takes one value here, not a list", resource.declaration))
            .label("this is a list")
            .help("Pick one element, such as the first with [0] or one(…).")
            .under(alternative.guard);
        ctx.report(draft);
    }
}

/// Text where a list has to be: `Roles: !Ref Role`.
fn one_for_list(ctx: &mut Ctx<'_>, id: ResourceId, slot: &Slot, attribute: &Attribute) {
    if attribute.block || !slot.path.inner().is_empty() || !slot.path_text.ends_with("[]") {
        return;
    }
    let resource = ctx.resource(id);
    for alternative in choice::alternatives(&attribute.value) {
        if !is_text(&alternative.value) || alternative.value.marks.assumed {
            continue;
        }
        let place = alternative.value.span.unwrap_or(attribute.key_span);
        let draft = ctx
            .about_resource(id, place, format!("{} takes a list here, not a single value", resource.declaration))
            .label("this is one value")
            .help(format!("Put it into brackets: {} takes a list also where only one may be in it.", attribute.name))
            .under(alternative.guard);
        ctx.report(draft);
    }
}

/// Whether it is text for certain; a list-typed parameter is none, whatever is in it.
fn is_text(value: &Value) -> bool {
    let is_name =
        |value: &Value| value.as_symbol().is_some_and(|symbol| symbol.kind != crate::value::SymbolKind::Other);
    match &value.shape {
        Shape::Text(text) => !text.is_empty() && !text.contains("${"),
        Shape::Symbol(_) => is_name(value),
        Shape::Template(_) => true,
        _ => false,
    }
}

/// An object where text has to be: `iam_instance_profile = aws_iam_instance_profile.web`, or CloudFormation's `{Name: …}`.
fn object_for_text(ctx: &mut Ctx<'_>, index: usize, slot_use: &SlotUse) {
    let resource = ctx.resource(slot_use.resource);
    let wants_arn = !slot_use.slot.wants.accepts_name();
    let how = match (&slot_use.value.shape, &slot_use.means) {
        (Shape::Resource(_), Means::Identity { resource: target, identity, .. }) => {
            // Another rule tells that it is the wrong one of the two.
            let wanted = if slot_use.slot.wants.takes_profile() { Identity::InstanceProfile } else { Identity::Role };
            if *identity != wanted {
                return;
            }
            let attribute = if wants_arn { "arn" } else { "name" };
            format!("This is the resource as a whole; use {}.{attribute}.", ctx.resource(*target).address)
        }
        (Shape::Mapping(_, entries), _) => {
            let computed = |key: &str| key.starts_with("Fn::") || key.contains("${");
            if entries.iter().any(|entry| computed(&entry.key)) || resource.dialect == Dialect::Terraform {
                return;
            }
            match slot_use.slot.wants {
                Wants::ProfileName | Wants::ProfileNameOrArn => {
                    "Write the profile's name itself, such as !Ref Profile.".to_string()
                }
                Wants::ProfileArn => "Write the profile's ARN itself, such as !GetAtt Profile.Arn.".to_string(),
                _ if wants_arn => "Write the role's ARN itself, such as !GetAtt Role.Arn.".to_string(),
                _ => "Write the role's name itself, such as !Ref Role.".to_string(),
            }
        }
        _ => return,
    };
    let draft = ctx
        .about_use(index, slot_use.primary_span(), format!("{} takes text here, not an object", resource.declaration))
        .label("this is an object")
        .help(how)
        .under(slot_use.guard.clone());
    ctx.report(draft);
}

/// The name and the ARN of an instance profile side by side.
fn name_and_arn(ctx: &mut Ctx<'_>, uses: &[(usize, &SlotUse)]) {
    for (index, slot_use) in uses.iter().filter(|(_, slot_use)| slot_use.slot.wants == Wants::ProfileArn) {
        let beside = |other: &&(usize, &SlotUse)| {
            other.1.slot.wants == Wants::ProfileName
                && parent(other.1.slot.path_text) == parent(slot_use.slot.path_text)
                && nearer(uses, slot_use, other.1)
        };
        let both = |other: &SlotUse| {
            let given = |one: &SlotUse| is_given(&one.value);
            (given(slot_use) && given(other)).then(|| Formula::and([slot_use.guard.clone(), other.guard.clone()]))
        };
        for (_, other) in uses.iter().filter(beside) {
            let Some(together) = both(other).filter(|together| *together != Formula::False) else { continue };
            let resource = ctx.resource(slot_use.resource);
            let message = format!("{} is given both the name and the ARN of an instance profile", resource.declaration);
            let draft = ctx
                .about_use(*index, slot_use.primary_span(), message)
                .label("the ARN")
                .help(
                    "AWS answers InvalidParameterCombination: the name may not be used in combination with the ARN. Keep \
                     one of the two.",
                )
                .related(other.primary_span(), "the name")
                .under(together);
            ctx.report(draft);
        }
    }
}

/// Whether no other name stands nearer to the ARN: blocks may be repeated, each with a name or an ARN of its own.
fn nearer(uses: &[(usize, &SlotUse)], arn: &SlotUse, name: &SlotUse) -> bool {
    let count = |wants: Wants, path: &str| {
        let same = |one: &&(usize, &SlotUse)| one.1.slot.wants == wants && one.1.slot.path_text == path;
        uses.iter().filter(same).map(|(_, one)| one.key_span).collect::<std::collections::BTreeSet<_>>().len()
    };
    count(arn.slot.wants, arn.slot.path_text) == 1 && count(name.slot.wants, name.slot.path_text) == 1
}

fn parent(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(parent, _)| parent)
}

/// Whether it is there for certain: neither empty nor something that may turn out to be null.
fn is_given(value: &Value) -> bool {
    !value.marks.assumed
        && match &value.shape {
            Shape::Text(text) => !text.is_empty(),
            Shape::Symbol(_) | Shape::Template(_) => true,
            _ => false,
        }
}
