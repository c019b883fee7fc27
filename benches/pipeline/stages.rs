//! The stages of a check, one by one, over the same texts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rolecall::aws::slots;
use rolecall::chain;
use rolecall::cloudformation;
use rolecall::graph::Configuration;
use rolecall::link::Linked;
use rolecall::rule::{Ctx, Finding};
use rolecall::rules;
use rolecall::syntax::{self, Language, recognise};
use rolecall::terraform::{self, Inputs, Library};
use rolecall::text::SourceId;
use rolecall::workspace::{self, Settings, Want, Workspace};

use crate::clock::{median, time};
use crate::tree::Tree;

/// How often each stage has its turn.
const ROUNDS: usize = 9;

/// A text that a check parses.
pub struct Input {
    pub source: SourceId,
    pub path: String,
    pub text: Arc<str>,
    pub language: Language,
}

/// A tree, ready to be measured.
pub struct Stages {
    /// What is parsed.
    pub texts: Vec<Input>,
    all: Vec<(String, Arc<str>)>,
    wants: Vec<Want>,
    workspace: Workspace,
    directories: BTreeSet<String>,
}

/// Processor time, in seconds.
pub struct Times {
    /// By stage, in their order.
    pub by_stage: Vec<(&'static str, f64)>,
    /// A whole check, parsing included, by parsing alone; the median of the rounds' own ratios.
    pub whole_to_parse: f64,
}

/// A workspace that holds the texts and knows their directories, and that nothing of `wants` exists.
pub fn workspace(texts: &[(String, Arc<str>)], wants: &[Want]) -> Workspace {
    let mut workspace = Workspace::new(Settings::default());
    let mut directories: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (path, text) in texts {
        workspace.set(path, text.clone());
        directories.entry(directory(path)).or_default().push(path.clone());
    }
    for (directory, files) in directories {
        workspace.set_directory(directory, files);
    }
    answer(&mut workspace, wants);
    workspace
}

fn answer(workspace: &mut Workspace, wants: &[Want]) {
    for want in wants {
        match want {
            Want::File(path) => workspace.set_absent(path),
            Want::Directory(path) => workspace.set_directory(path, Vec::new()),
        }
    }
}

fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

impl Stages {
    /// Finds out what is asked for beyond the texts, so that every check is complete.
    pub fn new(tree: &Tree) -> Stages {
        let all: Vec<(String, Arc<str>)> =
            tree.files.iter().map(|(path, text)| (path.clone(), text.as_str().into())).collect();
        let mut workspace = workspace(&all, &[]);
        let mut wants = Vec::new();
        loop {
            workspace.check();
            let more = workspace.wants();
            if more.is_empty() {
                break;
            }
            answer(&mut workspace, &more);
            wants.extend(more);
        }
        let mut texts = Vec::new();
        let mut directories = BTreeSet::new();
        for source in workspace.sources().ids() {
            let (path, text) = (workspace.sources().path(source), workspace.sources().text(source));
            let Some(language) = workspace::language(path, text) else { continue };
            match language {
                Language::Yaml | Language::Json if !recognise::cloudformation_text(path, text) => continue,
                Language::Hcl | Language::TerraformJson if !path.contains(".tfvars") => {
                    directories.insert(directory(path).to_string());
                }
                _ => {}
            }
            texts.push(Input { source, path: path.to_string(), text: text.clone(), language });
        }
        Stages { texts, all, wants, workspace, directories }
    }

    /// Bytes that are parsed.
    pub fn bytes(&self) -> usize {
        self.texts.iter().map(|input| input.text.len()).sum()
    }

    /// Files that are parsed.
    pub fn files(&self) -> usize {
        self.texts.len()
    }

    /// Root modules and templates.
    pub fn units(&self) -> usize {
        self.lower(&Library::default()).len()
    }

    /// A workspace with all texts, not checked yet.
    pub fn fresh(&self) -> Workspace {
        workspace(&self.all, &self.wants)
    }

    /// Runs all stages in turn, several times.
    pub fn measure(&self) -> Times {
        let names = ["parse", "lower", "link", "rules", "chains", "whole check"];
        let mut rounds: Vec<[f64; 6]> = Vec::new();
        for _ in 0..ROUNDS {
            let parse = time(|| self.parse());
            let library = Library::default();
            let lower = time(|| self.lower(&library));
            let configurations = self.lower(&library);
            let files = self.workspace.files();
            let link = time(|| configurations.iter().map(|unit| Linked::new(unit, files)).collect::<Vec<_>>());
            let linked: Vec<Linked<'_>> = configurations.iter().map(|unit| Linked::new(unit, files)).collect();
            let run = || linked.iter().map(findings).collect::<Vec<_>>();
            let rules = time(run);
            let found = run();
            let chains = time(|| {
                let both = linked.iter().zip(&found);
                both.map(|(linked, found)| chain::chains(linked, found)).collect::<Vec<_>>()
            });
            let mut fresh = workspace(&self.all, &self.wants);
            let whole = time(|| fresh.check());
            rounds.push([parse, lower, link, rules, chains, whole]);
        }
        let column = |index: usize| median(rounds.iter().map(|round| round[index]).collect());
        Times {
            by_stage: names.into_iter().enumerate().map(|(index, name)| (name, column(index))).collect(),
            whole_to_parse: median(rounds.iter().map(|round| round[5] / round[0]).collect()),
        }
    }

    fn parse(&self) -> Vec<syntax::Document> {
        self.texts.iter().map(|input| syntax::parse(input.source, &input.text, input.language).0).collect()
    }

    /// Evaluates every unit. The documents are parsed already.
    fn lower(&self, library: &Library) -> Vec<Configuration> {
        let files = self.workspace.files();
        let mut units = Vec::new();
        for root in terraform::roots(&self.directories, &[], library, files) {
            units.extend(terraform::evaluate(&root, Inputs::default(), library, files, &slots::interest));
        }
        for input in &self.texts {
            if matches!(input.language, Language::Yaml | Language::Json)
                && let Some(document) = files.document(input.source)
                && recognise::is_cloudformation(&document)
            {
                units.push(cloudformation::evaluate(&document, &input.path, &[], files, &slots::interest));
            }
        }
        units
    }
}

fn findings(linked: &Linked<'_>) -> Vec<Finding> {
    rules::ALL.iter().flat_map(|rule| Ctx::run(rule, linked)).collect()
}
