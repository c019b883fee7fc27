//! The sections of a template.

use std::sync::Arc;

use super::conditions::Named;
use super::loops::Expanded;
use super::resources::Declared;
use super::{Evaluator, parameters};
use crate::syntax::{Node, NodeId};
use crate::value::Reason;

/// The transform that makes a template a SAM template.
pub(super) const SAM: &str = "AWS::Serverless-2016-10-31";

/// Transforms that declare no names other than those that can be told from the template.
const CLOSED_TRANSFORMS: &[&str] = &[SAM, "AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen"];

impl<'a> Evaluator<'a> {
    /// Reads the sections, without evaluating anything but the collections of loops over declarations.
    pub(super) fn load(&mut self) {
        let document = self.document;
        let root = document.root();
        if document.is_broken() {
            self.open_names = Some(Reason::Broken);
        }
        let sections = self.sections(root);
        self.note_preprocessing(root);
        self.globals = document.get(root, "Globals");
        self.load_section(&sections, "Parameters", Self::load_parameters);
        self.load_section(&sections, "Mappings", Self::load_mappings);
        self.load_section(&sections, "Conditions", Self::load_conditions);
        self.load_section(&sections, "Resources", Self::load_resources);
        self.load_section(&sections, "Outputs", |evaluator, section| {
            let outputs = evaluator.expandable(section);
            evaluator.output_sections.extend(outputs);
        });
        self.note_openness();
    }

    /// Notes that more may be declared than stands in the text, so that nobody takes it for seen.
    fn note_openness(&mut self) {
        let sign = match &self.open_names {
            None | Some(Reason::Broken) => return,
            Some(Reason::Transform(name)) => format!("the transform {name} may add to it"),
            Some(Reason::DependsOn(name)) => format!("what a loop makes depends on {name}"),
            Some(reason) => reason.to_string(),
        };
        if !self.stack.foreign {
            self.out.unfinished.push((self.stack.path.clone(), sign));
        }
    }

    fn load_section(&mut self, sections: &[Expanded<'a>], name: &str, load: fn(&mut Self, NodeId)) {
        for section in sections.iter().filter(|section| &*section.key == name) {
            self.within(&section.scope, |evaluator| load(evaluator, section.value));
        }
    }

    /// The sections of the template, with those of texts that it includes as a whole.
    fn sections(&mut self, root: NodeId) -> Vec<Expanded<'a>> {
        let document = self.document;
        let mut sections = self.expandable(root);
        for section in sections.iter().filter(|section| &*section.key == "Fn::Transform") {
            self.open_to(section);
        }
        let Some(section) = document.get(root, "Transform") else { return sections };
        let single = [section];
        let transforms = match document.node(section) {
            Node::Sequence(_) => document.elements(section),
            _ => &single,
        };
        for transform in transforms {
            if let Some(included) = self.included_text(*transform) {
                let more = self.within(&included, |evaluator| evaluator.expandable(included.document.root()));
                sections.extend(more);
                continue;
            }
            let name = document.string(*transform).unwrap_or("Fn::Transform");
            self.sam |= name == SAM;
            if !CLOSED_TRANSFORMS.contains(&name) {
                let reason = self.why_not_included(*transform);
                self.gap(document.span(*transform), reason.clone());
                self.open_names.get_or_insert(reason);
            }
        }
        sections
    }

    /// Templates for `rain` (aws-cloudformation/rain) are rewritten before they are deployed, and so are those with a
    /// `Modules` section.
    fn note_preprocessing(&mut self, root: NodeId) {
        let document = self.document;
        let section = document
            .entries(root)
            .map(|(key, _)| key)
            .find(|key| matches!(document.string(*key), Some("Rain" | "Modules" | "Packages" | "Constants")));
        let tagged = || {
            document.ids().find(|id| match document.node(*id) {
                Node::Tagged { tag, .. } => document.string(tag).is_some_and(|tag| tag.starts_with("Rain::")),
                Node::Entry { key, .. } => document
                    .string(key)
                    .is_some_and(|key| key.strip_prefix("Fn::").unwrap_or(key).starts_with("Rain::")),
                _ => false,
            })
        };
        if let Some(node) = section.or_else(tagged) {
            let reason = Reason::Transform("rain".into());
            self.gap(document.span(node), reason.clone());
            self.open_names.get_or_insert(reason);
        }
    }

    /// Notes that a part of the template, the entry `Fn::Transform`, comes from elsewhere and may declare anything.
    fn open_to(&mut self, entry: &Expanded<'a>) {
        let reason = self.within(&entry.scope, |evaluator| evaluator.why_not_included(entry.value));
        self.gap(entry.key_span(), reason.clone());
        self.open_names.get_or_insert(reason);
    }

    fn load_parameters(&mut self, section: NodeId) {
        for entry in self.expandable(section) {
            if &*entry.key == "Fn::Transform" {
                self.open_to(&entry);
                continue;
            }
            let parameter = parameters::Parameter::read(&entry);
            if let Some(allowed) = &parameter.allowed {
                let values = allowed.iter().map(|text| super::equality::quoted(text)).collect();
                self.out.atoms.set_domain(self.subject(&entry.key), crate::value::guard::Domain { values });
            }
            let parameter = Arc::new(parameter);
            self.shared.subjects.insert(self.subject(&entry.key), parameter.clone());
            self.parameters.insert(entry.key, parameter);
        }
    }

    fn load_mappings(&mut self, section: NodeId) {
        for entry in self.expandable(section) {
            if &*entry.key == "Fn::Transform" {
                self.open_to(&entry);
            }
            self.mappings.insert(entry.key, (entry.scope, entry.value));
        }
    }

    fn load_conditions(&mut self, section: NodeId) {
        let (entries, why_less) = self.expanded(section);
        self.open_names = self.open_names.take().or(why_less);
        for entry in entries {
            if &*entry.key == "Fn::Transform" {
                self.open_to(&entry);
                continue;
            }
            let named = Named::new(entry.key_span(), entry.value, entry.scope);
            if self.conditions.insert(entry.key.clone(), named).is_none() {
                self.condition_order.push(entry.key);
            }
        }
    }

    fn load_resources(&mut self, section: NodeId) {
        let (entries, why_less) = self.expanded(section);
        self.open_names = self.open_names.take().or(why_less);
        for entry in entries {
            if &*entry.key == "Fn::Transform" {
                self.open_to(&entry);
                continue;
            }
            let document = entry.scope.document;
            let kind: Arc<str> =
                document.get(entry.value, "Type").and_then(|kind| document.string(kind)).unwrap_or("").into();
            if !kind.is_empty() && !self.stack.foreign {
                self.out.declared += 1;
            }
            // Without its transform such a resource cannot be deployed, unless something adds it first.
            self.sam |= kind.starts_with("AWS::Serverless::");
            let declared = Declared {
                name: entry.key.clone(),
                span: entry.key_span(),
                kind,
                body: entry.value,
                properties: document.get(entry.value, "Properties"),
                metadata: document.get(entry.value, "Metadata"),
                condition: document.get(entry.value, "Condition"),
                scope: entry.scope,
                id: None,
                generated: None,
            };
            // Of two resources with one logical id the last counts, as for any duplicate key.
            match self.by_name.get(&entry.key).and_then(|index| self.declared.get_mut(*index)) {
                Some(earlier) => *earlier = declared,
                None => {
                    self.by_name.insert(entry.key, self.declared.len());
                    self.declared.push(declared);
                }
            }
        }
    }

    /// A key as text: its characters, or its source text when it reads as another type (`123`, `true`).
    pub(super) fn key_text(&self, key: NodeId) -> Arc<str> {
        match self.document.node(key) {
            Node::String(text) => self.in_scope(self.document.text(text)).into(),
            _ => self.document.source_slice(key).trim().into(),
        }
    }
}
