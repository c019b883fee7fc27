//! The templates of a workspace: which of them are stacks of their own, and what CDK assemblies say of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Settings;
use super::texts::{Revision, Texts};
use crate::cloudformation::{Environment, Library, Template, nested_templates};
use crate::diagnostic::Diagnostic;
use crate::files::{File, Files};
use crate::graph;
use crate::syntax::{self, Document};
use crate::text::SourceId;

/// How the CDK names the templates it makes.
const MADE_BY_CDK: &str = ".template.json";

/// What one template may see of another.
#[derive(PartialEq)]
pub(super) struct Sight {
    path: Arc<str>,
    /// When its text changed last.
    changed: Option<Revision>,
    stack: Stack,
}

/// What a CDK assembly says of the stack that is made from a template.
#[derive(Clone, PartialEq, Default)]
struct Stack {
    name: Option<Arc<str>>,
    environment: Environment,
}

/// All templates, and which of them are analysed by themselves.
pub(super) struct Templates {
    pub library: Library,
    /// The paths of the templates that no other one nests, with their documents.
    pub roots: Vec<(Arc<str>, Arc<Document>)>,
    /// How many templates there are.
    pub files: usize,
    /// What is wrong with their texts.
    pub diagnostics: Vec<Diagnostic>,
    /// What they may see of each other.
    pub sights: Vec<Sight>,
    /// Which of them are no templates before another program has filled them in, as sentences.
    pub notes: Vec<String>,
    /// The same by their sources. What they seem to lack may be filled in.
    pub filled_in: BTreeSet<SourceId>,
}

/// Finds the templates among all texts.
pub(super) fn find(texts: &Texts, settings: &Settings) -> Templates {
    let mut documents: BTreeMap<Arc<str>, Arc<Document>> = BTreeMap::new();
    let (mut diagnostics, mut notes, mut filled_in) = (Vec::new(), Vec::new(), BTreeSet::new());
    let paths: Vec<Arc<str>> = texts.paths().cloned().collect();
    for path in paths {
        let File::Text(source, text) = texts.file(&path) else { continue };
        let Some(parsed) = texts.cloudformation(&path, source) else {
            if texts.is_followed_template(source) {
                notes.push(format!("{path} holds several YAML documents and was not read; CloudFormation takes one"));
            }
            continue;
        };
        match syntax::recognise::filled_in(&parsed.document, &parsed.diagnostics) {
            Some(mark) => {
                filled_in.insert(source);
                let mark = text.get(mark.range()).unwrap_or("");
                notes.push(format!("{path} is a template only after another program has filled it in (`{mark}`)"));
            }
            None => diagnostics.extend(parsed.diagnostics.iter().cloned()),
        }
        documents.insert(path, parsed.document);
    }
    let stacks = stacks(&documents, texts);
    let nests = |(path, document): (&Arc<str>, &Arc<Document>)| {
        let nested = nested_templates(document, path).into_iter();
        (path.to_string(), nested.filter(|nested| **nested != **path).collect::<BTreeSet<String>>())
    };
    let nested = documents.iter().map(nests).collect();
    let roots = graph::uncalled(&nested);
    let roots = roots.iter().filter_map(|path| documents.get_key_value(path.as_str()));
    let roots: Vec<_> = roots.map(|(path, document)| (path.clone(), document.clone())).collect();
    let files = documents.len();
    let sight = |path: &Arc<str>| Sight {
        path: path.clone(),
        changed: texts.file_revision(path),
        stack: stacks.get(&**path).cloned().unwrap_or_default(),
    };
    let sights = documents.keys().map(sight).collect();
    let templates = documents.into_iter().map(|(path, document)| {
        let Stack { name, environment } = stacks.get(&*path).cloned().unwrap_or_default();
        Template { path, document, stack_name: name, environment }
    });
    let library = Library::new(templates.collect(), settings.variables.clone(), settings.modules.clone());
    Templates { library, roots, files, diagnostics, notes, filled_in, sights }
}

/// The stacks that CDK assemblies make, by the path of their template. A template that imports from others of its
/// assembly needs these, so they are asked for.
fn stacks(documents: &BTreeMap<Arc<str>, Arc<Document>>, texts: &Texts) -> BTreeMap<String, Stack> {
    let mut stacks = BTreeMap::new();
    // Which directories hold an assembly, and whether a template there needs another one.
    let mut directories: BTreeMap<&str, bool> = BTreeMap::new();
    for (path, document) in documents.iter().filter(|(path, _)| path.ends_with(MADE_BY_CDK)) {
        let directory = path.rfind('/').map_or("", |end| &path[..=end]);
        let text = document.source_text();
        let imports = text.contains("Fn::ImportValue") || text.contains("Fn::GetStackOutput");
        *directories.entry(directory).or_default() |= imports;
    }
    for (directory, imports) in directories {
        let File::Text(source, _) = texts.file(&format!("{directory}manifest.json")) else { continue };
        let Some(manifest) = texts.parsed(source).map(|parsed| parsed.document) else { continue };
        let artifacts = manifest.get(manifest.root(), "artifacts");
        for (id, artifact) in artifacts.into_iter().flat_map(|artifacts| manifest.entries(artifacts)) {
            let text = |node, key| manifest.get(node, key).and_then(|node| manifest.string(node));
            if text(artifact, "type") != Some("aws:cloudformation:stack") {
                continue;
            }
            let Some(properties) = manifest.get(artifact, "properties") else { continue };
            let Some(file) = text(properties, "templateFile") else { continue };
            let path = format!("{directory}{file}");
            if imports {
                texts.file(&path);
            }
            let name = text(properties, "stackName").or_else(|| manifest.string(id)).map(Arc::from);
            let environment = text(artifact, "environment").map(environment).unwrap_or_default();
            stacks.insert(path, Stack { name, environment });
        }
    }
    stacks
}

/// The account and region in `aws://account/region`, as the CDK writes it; what is left open until deployment begins with
/// `unknown-` or `current_`.
fn environment(written: &str) -> Environment {
    let known = |part: &str| {
        let is_open = part.is_empty() || part.starts_with("unknown-") || part.starts_with("current_");
        (!is_open).then(|| part.into())
    };
    match written.strip_prefix("aws://").and_then(|rest| rest.split_once('/')) {
        Some((account, region)) => Environment { account: known(account), region: known(region) },
        None => Environment::default(),
    }
}
