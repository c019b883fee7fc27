//! What a rule is, what it can see, and how it says what it found.

use crate::aws::identity::Identity;
use crate::catalogue::RuleInfo;
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::graph::{MissingElement, Mode, ModuleCall, Resource};
use crate::link::{Linked, SlotUse};
use crate::paths;
use crate::syntax::{Document, declaration};
use crate::text::{SourceId, Span};
use crate::value::{AtomId, Formula, ResourceId, Satisfiable};

/// What a rule is about. Selecting a group selects its rules.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Group {
    /// Links between resources.
    Chain,
    /// Trust policies.
    Trust,
    /// Policy documents.
    Policy,
    /// What a role may do.
    Permissions,
    /// How credentials reach what uses them.
    Credentials,
    /// The text itself.
    Input,
}

impl Group {
    /// The word used in outputs and in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Group::Chain => "chain",
            Group::Trust => "trust",
            Group::Policy => "policy",
            Group::Permissions => "permissions",
            Group::Credentials => "credentials",
            Group::Input => "input",
        }
    }
}

/// How a rule looks at a unit.
pub enum Check {
    /// Once for every value in a slot.
    Use(fn(&mut Ctx<'_>, usize, &SlotUse)),
    /// Once for every resource, made or looked up, that is one of these.
    Each(&'static [Identity], fn(&mut Ctx<'_>, ResourceId)),
    /// Once for every resource of interest that is made.
    Managed(fn(&mut Ctx<'_>, ResourceId)),
    /// Once for every unit, which evaluating it may have reported something of already.
    Unit(fn(&mut Ctx<'_>)),
    /// Once for every text.
    Text(fn(&mut TextCtx<'_>)),
    /// Not at all: reading and evaluating the texts reports it.
    Reading,
}

/// A rule: data and a function. Its page is its documentation and its test.
pub struct Rule {
    /// Names the bad thing in words; public.
    pub id: &'static str,
    /// How bad its findings are, unless a finding says otherwise.
    pub severity: Severity,
    /// What it is about.
    pub group: Group,
    /// Whether it runs only when asked for.
    pub pedantic: bool,
    /// Its page, in Markdown.
    pub docs: &'static str,
    /// How it looks.
    pub check: Check,
}

impl Rule {
    /// The rule as its users know it.
    pub fn info(&self) -> RuleInfo {
        RuleInfo {
            id: self.id,
            severity: self.severity,
            group: self.group.as_str(),
            pedantic: self.pedantic,
            docs: self.docs,
        }
    }
}

/// What a finding is about, for the verdicts of chains.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Subject {
    /// The value in a slot, by its position in [`Linked::uses`].
    Use(usize),
    /// A resource.
    Resource(ResourceId),
    /// An expression, whatever it is used for.
    Expression,
}

/// A finding with what is needed to group and judge it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What is reported.
    pub diagnostic: Diagnostic,
    /// What it is about.
    pub subject: Subject,
}

/// What a rule can see and say.
pub struct Ctx<'a> {
    /// The unit: resources, links, graph.
    pub linked: &'a Linked<'a>,
    rule: &'static Rule,
    findings: Vec<Finding>,
}

/// A finding in the making.
pub struct Draft {
    diagnostic: Diagnostic,
    subject: Subject,
    exists: Formula,
    violation: Formula,
}

impl<'a> Ctx<'a> {
    /// Runs one rule over a unit.
    pub fn run(rule: &'static Rule, linked: &'a Linked<'a>) -> Vec<Finding> {
        let mut ctx = Ctx { linked, rule, findings: Vec::new() };
        match rule.check {
            Check::Use(check) => {
                for (index, slot_use) in linked.uses.iter().enumerate() {
                    if !linked.configuration.is_foreign(slot_use.resource) {
                        check(&mut ctx, index, slot_use);
                    }
                }
            }
            Check::Each(identities, check) => {
                for (id, _) in linked.configuration.iter() {
                    let concerned = linked.identity(id).is_some_and(|identity| identities.contains(&identity));
                    if concerned && !linked.configuration.is_foreign(id) {
                        check(&mut ctx, id);
                    }
                }
            }
            Check::Managed(check) => {
                for (id, resource) in linked.configuration.iter() {
                    if resource.mode == Mode::Managed && !linked.configuration.is_foreign(id) {
                        check(&mut ctx, id);
                    }
                }
            }
            Check::Unit(check) => check(&mut ctx),
            Check::Text(_) | Check::Reading => {}
        }
        ctx.findings
    }

    /// A resource.
    pub fn resource(&self, id: ResourceId) -> &'a Resource {
        self.linked.configuration.resource(id)
    }

    /// A finding about a value in a slot, at the value the author would change.
    pub fn about_use(&self, index: usize, span: Span, message: impl Into<String>) -> Draft {
        let slot_use = &self.linked.uses[index];
        let mut draft = self.draft(Subject::Use(index), slot_use.resource, span, message);
        let slot_is_elsewhere = span.source != slot_use.key_span.source || !slot_use.value_span().contains(span);
        if slot_is_elsewhere {
            let address = &self.resource(slot_use.resource).declaration;
            draft = draft.related(slot_use.value_span(), format!("it ends up here, in {address}"));
        }
        draft
    }

    /// A finding about a resource.
    pub fn about_resource(&self, id: ResourceId, span: Span, message: impl Into<String>) -> Draft {
        self.draft(Subject::Resource(id), id, span, message)
    }

    /// A finding about an element that is asked for and not there.
    pub fn about_missing(&self, missing: &MissingElement, message: impl Into<String>) -> Draft {
        let mut diagnostic = Diagnostic::new(self.rule.id, self.rule.severity, missing.span, message);
        diagnostic.resource = missing.owner.as_deref().map(str::to_string);
        let (exists, violation) = (missing.exists.clone(), missing.under.clone());
        Draft { diagnostic, subject: Subject::Expression, exists, violation }
    }

    fn draft(&self, subject: Subject, id: ResourceId, span: Span, message: impl Into<String>) -> Draft {
        let resource = self.resource(id);
        let mut diagnostic = Diagnostic::new(self.rule.id, self.rule.severity, span, message);
        diagnostic.resource = Some(resource.address.to_string());
        Draft { diagnostic, subject, exists: resource.exists.clone(), violation: Formula::True }
    }

    /// The same for what may be written once and used by several resources, such as the statements of one document: of
    /// equal findings at one place only the first is reported.
    pub fn report_once(&mut self, draft: Draft) {
        let same = |known: &Finding| {
            known.diagnostic.span == draft.diagnostic.span && known.diagnostic.message == draft.diagnostic.message
        };
        if !self.findings.iter().any(same) {
            self.report(draft);
        }
    }

    /// The call in the root module that brings in what a finding is about, where none of the finding's places is in that
    /// module: what is wrong inside may be so for this call alone.
    fn unseen_call(&self, diagnostic: &Diagnostic) -> Option<&'a ModuleCall> {
        let resource = diagnostic.resource.as_deref()?;
        let name = resource.strip_prefix("module.")?.split(['.', '[']).next()?;
        let address = resource.get(.."module.".len() + name.len())?;
        let call = self.linked.configuration.module_calls.iter().rev().find(|call| &*call.address == address)?;
        let directory = |span: Span| paths::directory(&self.linked.files.path(span.source)).to_string();
        let there = directory(call.span);
        let mut shown = std::iter::once(diagnostic.span).chain(diagnostic.related.iter().map(|label| label.span));
        (!shown.any(|span| directory(span) == there)).then_some(call)
    }

    /// Reports the finding if it holds in some deployment that can be, and says in which when not in all.
    pub fn report(&mut self, draft: Draft) {
        let atoms = &self.linked.configuration.atoms;
        let violation = Formula::and([draft.exists.clone(), draft.violation]);
        let Satisfiable::Yes(example) = atoms.satisfiable(&violation) else { return };
        let mut diagnostic = draft.diagnostic;
        // What the resource itself needs to exist goes without saying, unless some variable must be other than by default.
        let mut own = std::collections::BTreeSet::new();
        draft.exists.atoms(&mut own);
        let is_certain = atoms.is_certain(&Formula::or([!draft.exists.clone(), violation]));
        let is_off = atoms.by_default(&draft.exists) == Some(false);
        let is_told = |(atom, holds): &&(AtomId, bool)| match own.contains(atom) {
            true => is_off && atoms.by_default(&Formula::Atom(*atom)) != Some(*holds),
            false => !is_certain,
        };
        let told: Vec<_> = example.iter().filter(is_told).copied().collect();
        let words = atoms.describe(if told.is_empty() && !is_certain { &example } else { &told });
        if !words.is_empty() {
            diagnostic.when = Some(words);
        }
        if let Some(call) = self.unseen_call(&diagnostic) {
            diagnostic.related.push(Label { span: call.span, message: format!("{} is called here", call.address) });
        }
        self.findings.push(Finding { diagnostic, subject: draft.subject });
    }
}

/// What a rule about texts can see and say.
pub struct TextCtx<'a> {
    /// Which text.
    pub source: SourceId,
    /// All of it.
    pub text: &'a str,
    /// A Terraform file or a template as parsed; `None` for what these read, such as a script for user data.
    pub document: Option<&'a Document>,
    rule: &'static Rule,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> TextCtx<'a> {
    /// Runs one rule over a text; nothing if it is no rule about texts.
    pub fn run(
        rule: &'static Rule,
        source: SourceId,
        text: &'a str,
        document: Option<&'a Document>,
    ) -> Vec<Diagnostic> {
        let Check::Text(check) = rule.check else { return Vec::new() };
        let mut ctx = TextCtx { source, text, document, rule, diagnostics: Vec::new() };
        check(&mut ctx);
        ctx.diagnostics
    }

    /// Reports a finding: what is wrong, what stands there in a few words, and why and what to do. Of several at one
    /// place only the first is reported.
    pub fn report(&mut self, span: Span, message: String, label: &str, help: &str) {
        if self.diagnostics.iter().any(|known| known.span == span || known.span.contains(span)) {
            return;
        }
        self.diagnostics.retain(|known| !span.contains(known.span));
        let diagnostic = Diagnostic::new(self.rule.id, self.rule.severity, span, message);
        let resource = self.document.and_then(|document| declaration::at(document, span));
        self.diagnostics.push(Diagnostic { resource, ..diagnostic.with_label(label).with_help(help) });
    }
}

impl Draft {
    /// Why, and what to do.
    pub fn help(mut self, text: impl Into<String>) -> Draft {
        self.diagnostic.help = Some(text.into());
        self
    }

    /// What stands at the primary place, in a few words.
    pub fn label(mut self, text: impl Into<String>) -> Draft {
        self.diagnostic.label = Some(text.into());
        self
    }

    /// Another place that belongs to it. One that is there already, or is the primary place, is not repeated.
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Draft {
        let known = self.diagnostic.span == span || self.diagnostic.related.iter().any(|label| label.span == span);
        if !known {
            self.diagnostic.related.push(Label { span, message: message.into() });
        }
        self
    }

    /// A way to mend it; the best is given first. None is no news.
    pub fn fix(mut self, fix: Option<Fix>) -> Draft {
        self.diagnostic.fixes.extend(fix);
        self
    }

    /// Another severity than the rule's.
    pub fn severity(mut self, severity: Severity) -> Draft {
        self.diagnostic.severity = severity;
        self
    }

    /// Under which condition it holds, besides that its resource exists.
    pub fn under(mut self, condition: Formula) -> Draft {
        self.violation = Formula::and([self.violation, condition]);
        self
    }
}
