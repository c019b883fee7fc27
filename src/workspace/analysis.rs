//! From all texts to one report: which units there are, what each evaluates to, and what the rules say of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::cache::{Cache, Key, Part};
use super::side_by_side;
use super::texts::{Texts, language};
use super::unit::Account;
use super::{Chain, Report, Settings, Verdict, plans, templates};
use crate::aws::slots;
use crate::chain;
use crate::cloudformation;
use crate::diagnostic::{self, Diagnostic, Fix, Severity};
use crate::files::{File, Files};
use crate::graph::{Configuration, Dialect};
use crate::jump;
use crate::link::Linked;
use crate::paths::directory;
use crate::picture::Picture;
use crate::rule::{Ctx, Finding, TextCtx};
use crate::rules;
use crate::suppress;
use crate::syntax::{Document, Language, recognise};
use crate::terraform::{self, Fragments, Inputs, Library, plan};
use crate::text::{SourceId, Span};

/// Says that nobody waits any more.
pub(super) type Stop<'a> = &'a (dyn Fn() -> bool + Sync);

/// Analyses everything that changed; `None` when `stop` says, between two units, that nobody waits for it any more.
pub(super) fn analyse(texts: &Texts, settings: &Settings, cache: &mut Cache, stop: Stop<'_>) -> Option<Report> {
    texts.forget_wants();
    let mut report = Report::default();
    let plans = plans::find(texts, &cache.library);
    report.summary.files += plans.found.len();
    report.diagnostics.extend(plans.diagnostics);
    let (mut starts, fragments, mut filled_in) = terraform_roots(texts, settings, &cache.library, &mut report);
    starts.retain(|start| !matches!(start, Start::Root(root) if plans.roots.contains(root)));
    starts.extend(plans.found.into_iter().map(|(path, document)| Start::Plan(path, document)));
    let templates = templates::find(texts, settings);
    report.summary.files += templates.files;
    report.diagnostics.extend(templates.diagnostics);
    report.notes.extend(templates.notes);
    filled_in.extend(templates.filled_in);
    starts.extend(templates.roots.into_iter().map(|(path, document)| Start::Template(path, document)));
    cache.note_templates(templates.sights);
    let keys: Vec<Key> = starts.iter().map(Start::key).collect();
    let mut parts: Vec<Option<Arc<Part>>> = keys.iter().map(|key| cache.part(key, texts)).collect();
    let stale: Vec<usize> = (0..keys.len()).filter(|number| parts[*number].is_none()).collect();
    let library = &cache.library;
    let made = side_by_side::map(settings.jobs, stale.len(), |number| {
        let start = stale.get(number).and_then(|number| starts.get(*number)).filter(|_| !stop());
        start.and_then(|start| part(start, texts, settings, library, &templates.library))
    });
    for (number, made) in stale.into_iter().zip(made) {
        let Some(made) = made.map(Arc::new) else { continue };
        cache.keep(keys[number].clone(), &made, texts);
        parts[number] = Some(made);
    }
    if stop() {
        return None;
    }
    cache.retain(&keys);
    let mut unfinished: BTreeMap<String, BTreeSet<Arc<str>>> = BTreeMap::new();
    for part in parts.into_iter().flatten() {
        for (place, reason) in &part.unfinished {
            unfinished.entry(reason.clone()).or_default().insert(place.clone());
        }
        report.diagnostics.extend(part.diagnostics.iter().cloned());
        report.chains.extend(part.chains.iter().cloned());
        report.notes.extend(part.notes.iter().cloned());
        report.summary.resources += part.resources;
        report.units.push(part.unit.clone());
        report.pictures.extend(part.picture.clone());
    }
    report.notes.extend(unfinished.iter().map(|(reason, places)| not_whole(reason, places)));
    let is_added = |diagnostic: &Diagnostic| {
        let (path, text) = (texts.sources().path(diagnostic.span.source), texts.sources().text(diagnostic.span.source));
        let written = text.get(diagnostic.span.start as usize..diagnostic.span.end as usize).unwrap_or("");
        diagnostic.rule == "unresolved-reference"
            && fragments.cover(directory(path), written)
            && matches!(language(path, text), Some(Language::Hcl | Language::TerraformJson))
    };
    let may_come = |diagnostic: &Diagnostic| is_added(diagnostic) || filled_in.contains(&diagnostic.span.source);
    report.diagnostics.retain(|diagnostic| !may_come(diagnostic));
    report.diagnostics.extend(of_texts(texts));
    report.diagnostics = instances_as_one(std::mem::take(&mut report.diagnostics));
    diagnostic::sort(&mut report.diagnostics, texts.sources());
    suppressions(texts, &mut report);
    let place = |span: Span| (texts.sources().path(span.source).clone(), span.start);
    report.chains.sort_by_cached_key(|chain| {
        (chain.links.first().map(|link| place(link.span)), chain.resource.clone(), chain.slot.clone())
    });
    // A module that is a part of several root modules has its chains in each; alike ones are told once.
    report.chains.dedup();
    report.notes.sort();
    report.notes.dedup();
    report.summary.chains = report.chains.len();
    Some(report)
}

/// Says of modules or templates that they are not whole, all for one reason.
fn not_whole(reason: &str, places: &BTreeSet<Arc<str>>) -> String {
    let first = places.first().map_or("", |place| place);
    let first = if first.is_empty() { "." } else { first };
    match places.len() {
        1 => format!("{first} is not whole: {reason}; what is not declared in it is taken as unknown"),
        2 => format!("{first} and one more are not whole: {reason}; what is not declared in them is taken as unknown"),
        count => format!(
            "{first} and {} more are not whole: {reason}; what is not declared in them is taken as unknown",
            count - 1
        ),
    }
}

/// What the rules about texts say of each.
fn of_texts(texts: &Texts) -> Vec<Diagnostic> {
    let sources = texts.paths().filter_map(|path| texts.sources().id(path));
    let found = sources.map(|source| texts.found(source, || of_text(source, texts)));
    found.flat_map(|found| found.to_vec()).collect()
}

/// What the rules about texts say of one.
fn of_text(source: SourceId, texts: &Texts) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let text = texts.sources().text(source);
    let document = texts.configuration(source);
    for rule in rules::ALL.iter().copied() {
        let run = || TextCtx::run(rule, source, text, document.as_deref());
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(found) => diagnostics.extend(found),
            Err(_) => diagnostics.push(failed(rule.id, Span::file_start(source))),
        }
    }
    diagnostics
}

/// Takes the findings out that suppressions hide, and adds those about suppressions.
fn suppressions(texts: &Texts, report: &mut Report) {
    let sources = texts.paths().filter_map(|path| texts.sources().id(path));
    let said: Vec<_> = sources.filter_map(|source| texts.suppressions(source)).collect();
    let open = report.chains.iter().filter(|chain| chain.verdict == Verdict::Undecided);
    let undecided: Vec<Span> = open.flat_map(|chain| chain.links.iter().map(|link| link.span)).collect();
    let outcome = suppress::apply(std::mem::take(&mut report.diagnostics), &said, &undecided);
    report.diagnostics = outcome.shown;
    report.suppressed = outcome.suppressed;
    diagnostic::sort(&mut report.diagnostics, texts.sources());
}

fn interest(dialect: Dialect, kind: &str) -> Option<&'static [&'static str]> {
    slots::interest(dialect, kind)
}

/// Where a unit begins.
enum Start {
    /// A root module in a directory.
    Root(String),
    /// A plan or state.
    Plan(Arc<str>, Arc<Document>),
    /// A template.
    Template(Arc<str>, Arc<Document>),
}

impl Start {
    fn key(&self) -> Key {
        match self {
            Start::Root(root) => (Dialect::Terraform, root.as_str().into()),
            Start::Plan(path, _) => (Dialect::Terraform, path.clone()),
            Start::Template(path, _) => (Dialect::CloudFormation, path.clone()),
        }
    }
}

/// The root modules among all texts, the modules that lack what something adds to them, and the texts that another program
/// fills in first. What reading the files says goes into the report.
fn terraform_roots(
    texts: &Texts,
    settings: &Settings,
    library: &Library,
    report: &mut Report,
) -> (Vec<Start>, Fragments, BTreeSet<SourceId>) {
    let mut directories: BTreeSet<String> = BTreeSet::new();
    let mut filled_in = BTreeSet::new();
    let paths: Vec<Arc<str>> = texts.paths().cloned().collect();
    for path in &paths {
        let File::Text(source, text) = texts.file(path) else { continue };
        if !matches!(language(path, &text), Some(Language::Hcl | Language::TerraformJson)) {
            continue;
        }
        if let Some(parsed) = texts.parsed(source) {
            report.summary.files += 1;
            match recognise::filled_in(&parsed.document, &parsed.diagnostics) {
                Some(mark) => {
                    let mark = text.get(mark.range()).unwrap_or("");
                    let note =
                        format!("{path} is a configuration only after another program has filled it in (`{mark}`)");
                    report.notes.push(note);
                    filled_in.insert(source);
                }
                None => report.diagnostics.extend(parsed.diagnostics.iter().cloned()),
            }
        }
        if !path.ends_with(".tfvars") && !path.ends_with(".tfvars.json") {
            directories.insert(directory(path).to_string());
        }
    }
    let fragments = terraform::fragments(&directories, library, texts);
    report.notes.extend(fragments.notes.iter().cloned());
    let roots = terraform::roots(&directories, &settings.modules, library, texts);
    (roots.into_iter().map(Start::Root).collect(), fragments, filled_in)
}

fn inputs(settings: &Settings) -> Inputs {
    Inputs {
        environment: settings.environment.clone(),
        variables: settings.variables.clone(),
        variable_files: settings.variable_files.clone(),
        modules: settings.modules.clone(),
        ..Inputs::default()
    }
}

/// Evaluates one unit and judges it. `None` when there is nothing to evaluate, or its files are not known yet.
fn part(
    start: &Start,
    texts: &Texts,
    settings: &Settings,
    library: &Library,
    templates: &cloudformation::Library,
) -> Option<Part> {
    let account = Account::new(texts);
    let (dialect, path, configuration) = match start {
        Start::Root(root) => {
            let configuration = terraform::evaluate(root, inputs(settings), library, &account, &interest)?;
            (Dialect::Terraform, root.as_str().into(), configuration)
        }
        Start::Plan(path, document) => {
            account.file(path);
            let configuration = plan::evaluate(document, path, inputs(settings), library, &account, &interest);
            (Dialect::Terraform, path.clone(), configuration)
        }
        Start::Template(path, document) => {
            account.file(path);
            let configuration = templates.evaluate(document, path, &account, &interest);
            (Dialect::CloudFormation, path.clone(), configuration)
        }
    };
    let mut diagnostics = configuration.diagnostics.clone();
    let mut notes = Vec::new();
    for call in configuration.module_calls.iter().filter(|call| !call.loaded) {
        let source = if call.source.is_empty() { "its source is not known" } else { &call.source };
        notes.push(format!("{} is not at hand ({source}); what it gives is not known", call.address));
    }
    let unfinished = configuration.unfinished.clone();
    let linked = Linked::new(&configuration, &account);
    let mut findings: Vec<Finding> = Vec::new();
    for rule in rules::ALL.iter().copied() {
        // A mistake in one rule must not take the others with it.
        match catch_unwind(AssertUnwindSafe(|| Ctx::run(rule, &linked))) {
            Ok(found) => findings.extend(found),
            Err(_) => diagnostics.push(failed(rule.id, beginning(&configuration))),
        }
    }
    let chains: Vec<Chain> = chain::chains(&linked, &findings);
    let picture = settings.pictures.then(|| Picture::new(&linked, &chains, dialect, path.clone()));
    let jumps = jump::jumps(&linked);
    drop(linked);
    diagnostics.extend(findings.into_iter().map(|finding| finding.diagnostic));
    let resources = configuration.declared;
    let unit = account.close(dialect, path);
    Some(Part { unit, picture, diagnostics, chains, notes, unfinished, resources, jumps })
}

/// A place that stands for a whole unit.
fn beginning(configuration: &Configuration) -> Span {
    configuration.resources.first().map_or(Span::file_start(SourceId(0)), |resource| resource.span)
}

fn failed(rule: &str, place: Span) -> Diagnostic {
    Diagnostic::new("internal-error", Severity::Error, place, format!("the rule {rule} failed on this configuration"))
        .with_help("This is a mistake in rolecall, not in the configuration. The other rules ran. Please report it.")
}

/// An address without its instance keys.
fn without_keys(address: &str) -> String {
    let mut depth = 0usize;
    let keep = |character: &char| {
        depth += usize::from(*character == '[');
        let outside = depth == 0;
        depth -= usize::from(*character == ']' && depth > 0);
        outside
    };
    address.chars().filter(keep).collect()
}

/// The text that declares the resource of an address: the address inside its module, without instance keys. A module that
/// is called twice has its resources once.
fn declaration(address: &str) -> String {
    let whole = without_keys(address);
    let mut rest = whole.as_str();
    while let Some((_, inner)) = rest.strip_prefix("module.").and_then(|call| call.split_once('.')) {
        rest = inner;
    }
    rest.to_string()
}

/// The same finding in several instances of one declaration is one finding that lists them; so is what is said in the same
/// words of several resources that share a text.
fn instances_as_one(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len());
    let mut index: HashMap<(&'static str, Span, Option<String>), usize> = HashMap::new();
    let mut by_message: HashMap<(&'static str, Span, String), usize> = HashMap::new();
    let mut more: HashMap<usize, BTreeSet<String>> = HashMap::new();
    for diagnostic in diagnostics {
        let declaration = diagnostic.resource.as_deref().map(declaration);
        let key = (diagnostic.rule, diagnostic.span, declaration);
        let repeats = |first: &Diagnostic| first.message == diagnostic.message || first.resource != diagnostic.resource;
        let words = (diagnostic.rule, diagnostic.span, diagnostic.message.clone());
        let same = index.get(&key).filter(|first| repeats(&kept[**first]));
        match same.or_else(|| by_message.get(&words)) {
            Some(first) => {
                if let Some(resource) =
                    diagnostic.resource.filter(|resource| Some(resource) != kept[*first].resource.as_ref())
                {
                    more.entry(*first).or_default().insert(resource);
                }
                // What mends one instance and not another mends neither.
                let same = |one: &Fix, other: &Fix| one.edits == other.edits && one.safe == other.safe;
                kept[*first].fixes.retain(|fix| diagnostic.fixes.iter().any(|other| same(fix, other)));
                // What holds always in one place holds under a condition in another; the stronger is kept.
                if diagnostic.when.is_none() {
                    kept[*first].when = None;
                }
            }
            None => {
                index.insert(key, kept.len());
                by_message.insert(words, kept.len());
                kept.push(diagnostic);
            }
        }
    }
    for (first, resources) in more {
        let listed: Vec<&str> = resources.iter().take(3).map(String::as_str).collect();
        let rest = resources.len().saturating_sub(listed.len());
        let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        let help = kept[first].help.take().unwrap_or_default();
        kept[first].help = Some(format!("{help} The same holds for {}{rest}.", listed.join(", ")).trim().to_string());
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_of_a_module_with_several_names_is_one_finding() {
        let at = |start: u32, resource: &str| Diagnostic {
            resource: Some(resource.to_string()),
            ..Diagnostic::new(
                "r",
                Severity::Error,
                Span::new(SourceId(0), start, start + 1),
                format!("{resource} is wrong"),
            )
        };
        let found = instances_as_one(vec![
            at(1, "module.a.aws_iam_role.x"),
            at(1, "module.b[\"k.module.z\"].module.c.aws_iam_role.x[0]"),
            at(1, "module.a.aws_iam_role.y"),
            at(5, "module.a.aws_iam_role.x"),
        ]);
        let helps: Vec<_> = found.iter().map(|one| (one.message.as_str(), one.help.as_deref())).collect();
        let listed = "The same holds for module.b[\"k.module.z\"].module.c.aws_iam_role.x[0].";
        assert_eq!(
            helps,
            [
                ("module.a.aws_iam_role.x is wrong", Some(listed)),
                ("module.a.aws_iam_role.y is wrong", None),
                ("module.a.aws_iam_role.x is wrong", None),
            ]
        );
    }
}
