//! The templates of one run, and the evaluation of one of them with those it needs.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use super::Evaluator;
use super::exports::Export;
use super::names::Names;
use super::parameters::{partition_of, suffix_of};
use super::stack::{Shared, Stack};
use crate::files::Files;
use crate::graph::{Configuration, Interest};
use crate::paths;
use crate::syntax::{Document, NodeId};

/// A template of the run.
pub struct Template {
    /// Its path.
    pub path: Arc<str>,
    /// Its parsed text.
    pub document: Arc<Document>,
    /// The name of the stack that is made from it, if something says so.
    pub stack_name: Option<Arc<str>>,
    /// Where that stack is deployed, as far as something says so.
    pub environment: Environment,
}

/// An account and a region, each if it is known.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Environment {
    /// The account id.
    pub account: Option<Arc<str>>,
    /// The region's name, such as `eu-west-1`.
    pub region: Option<Arc<str>>,
}

/// All templates of a run, with what is given to them from outside.
pub struct Library {
    pub(super) templates: Vec<Template>,
    parameters: Vec<(String, String)>,
    locations: Vec<(String, String)>,
    documents: Held,
    exports: OnceLock<Vec<Export>>,
    names: OnceLock<Vec<(Arc<str>, Names)>>,
    lacking: OnceLock<BTreeMap<String, usize>>,
    included: OnceLock<HashMap<String, Arc<str>>>,
}

/// Documents that were read while a unit was evaluated; each stays where it is for as long as the library lives.
#[derive(Default)]
struct Held(OnceLock<Box<(Arc<Document>, Held)>>);

impl Library {
    /// A library of `templates`. `parameters` are the values of parameters from outside, as name and text, for whatever is
    /// not nested; `locations` are local paths for locations of nested templates, which are compared as they are written.
    pub fn new(
        templates: Vec<Template>,
        parameters: Vec<(String, String)>,
        locations: Vec<(String, String)>,
    ) -> Library {
        Library {
            templates,
            parameters,
            locations,
            documents: Held::default(),
            exports: OnceLock::new(),
            names: OnceLock::new(),
            lacking: OnceLock::new(),
            included: OnceLock::new(),
        }
    }

    /// Evaluates the template in `document`, which was parsed from the file at `path`, with all templates it nests; what
    /// it imports from other templates of the library is followed to the resources there, which become
    /// [`Configuration::foreign`].
    ///
    /// Of each resource type only the properties that `interest` names are evaluated. Resources of interest come first in
    /// [`Configuration::resources`], as they are written; SAM's generated roles follow, and behind them the nested stacks'
    /// own and every other resource that a reference names, without attributes.
    pub fn evaluate(
        &self,
        document: &Document,
        path: &str,
        files: &dyn Files,
        interest: Interest<'_>,
    ) -> Configuration {
        let shared = Shared::new(self, files);
        let mut evaluator = Evaluator::new(document, Stack::root(path), self.given(path, |_| true), shared);
        evaluator.read();
        evaluator.build(interest);
        evaluator.survey();
        evaluator.complete_foreign(interest);
        evaluator.out
    }

    /// The values from outside whose names `wanted` takes, for the stack that is made from the template at `path`. What
    /// is given for all stacks comes before what is known of this one. A region tells the partition and its domain names.
    pub(super) fn given(&self, path: &str, wanted: impl Fn(&str) -> bool) -> HashMap<&str, &str> {
        let template = self.templates.iter().find(|template| &*template.path == path);
        let own = template.into_iter().flat_map(|template| {
            let Environment { account, region } = &template.environment;
            let pairs =
                [("AWS::AccountId", account), ("AWS::Region", region), ("AWS::StackName", &template.stack_name)];
            pairs.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)))
        });
        let mut given: HashMap<&str, &str> = own.collect();
        given.extend(self.parameters.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        if let Some(partition) = given.get("AWS::Region").and_then(|region| partition_of(region)) {
            given.entry("AWS::Partition").or_insert(partition);
        }
        if let Some(suffix) = given.get("AWS::Partition").and_then(|partition| suffix_of(partition)) {
            given.entry("AWS::URLSuffix").or_insert(suffix);
        }
        given.retain(|name, _| wanted(name));
        given
    }

    /// Keeps a document for as long as the library lives.
    pub(super) fn hold(&self, document: Arc<Document>) -> &Document {
        let mut place = &self.documents;
        loop {
            let held = place.0.get_or_init(|| Box::new((document.clone(), Held::default())));
            if Arc::ptr_eq(&held.0, &document) {
                return &held.0;
            }
            place = &held.1;
        }
    }

    /// The exports of all templates, found when first asked for.
    pub(super) fn exports(&self) -> &[Export] {
        self.exports.get_or_init(|| super::exports::find(&self.templates))
    }

    /// The names in each template, found when first asked for.
    pub(super) fn names(&self) -> &[(Arc<str>, Names)] {
        let names = |template: &Template| (template.path.clone(), Names::of(&template.document));
        self.names.get_or_init(|| self.templates.iter().map(names).collect())
    }

    /// The names that are missing in many templates, found when first asked for.
    pub(super) fn lacking(&self) -> &BTreeMap<String, usize> {
        self.lacking.get_or_init(|| super::fragment::lacking(self.names().iter().map(|(_, names)| names)))
    }

    /// The path of the first template that includes the text at `path`, if one does.
    pub(super) fn includer(&self, path: &str) -> Option<&Arc<str>> {
        let included = self.included.get_or_init(|| {
            let mut included: HashMap<String, Arc<str>> = HashMap::new();
            for template in &self.templates {
                for location in super::includes::locations(&template.document) {
                    if let Some(target) = self.locate(location, &template.path) {
                        included.entry(target).or_insert_with(|| template.path.clone());
                    }
                }
            }
            included
        });
        included.get(path)
    }

    /// The path of the template that `location`, as it is written in the template at `path`, means, if it is a local one.
    pub(super) fn locate(&self, location: &str, path: &str) -> Option<String> {
        match self.locations.iter().find(|(written, _)| written == location) {
            Some((_, local)) => Some(local.clone()),
            None => local(location, path),
        }
    }
}

/// The path that a location in the template at `path` means; `None` when it leads to the network.
fn local(location: &str, path: &str) -> Option<String> {
    let location = location.strip_prefix("file://").unwrap_or(location).trim();
    // An object names an application in a repository of such.
    let object = location.starts_with('{');
    let remote = object || location.contains("://") || location.contains("${") || location.starts_with("arn:");
    if location.is_empty() || remote || location.contains('\\') {
        return None;
    }
    let directory = std::path::Path::new(path).parent().unwrap_or(std::path::Path::new(""));
    let found = paths::normalise(&directory.join(location));
    Some(found.to_string_lossy().replace('\\', "/"))
}

/// The property that says where a nested template is.
pub(super) fn location_property(kind: &str) -> Option<&'static str> {
    match kind {
        "AWS::CloudFormation::Stack" => Some("TemplateURL"),
        "AWS::Serverless::Application" => Some("Location"),
        _ => None,
    }
}

/// The asset that the CDK has made of a nested template, a path beside the template, from the resource's `Metadata`.
pub(super) fn asset(document: &Document, metadata: NodeId) -> Option<&str> {
    let text = |key: &str| document.get(metadata, key).and_then(|node| document.string(node));
    text("aws:asset:path").filter(|_| text("aws:asset:property") == Some("TemplateURL"))
}

/// The paths of the local templates that the template in `document`, parsed from the file at `path`, nests by a literal
/// location. They are parts of it rather than stacks of their own.
pub fn nested_templates(document: &Document, path: &str) -> Vec<String> {
    let Some(resources) = document.get(document.root(), "Resources") else { return Vec::new() };
    let nested = |(_, body): (NodeId, NodeId)| {
        let kind = document.get(body, "Type").and_then(|kind| document.string(kind))?;
        let property = location_property(kind)?;
        let made = document.get(body, "Metadata").and_then(|metadata| asset(document, metadata));
        let written = || document.string(document.get(document.get(body, "Properties")?, property)?);
        local(made.or_else(written)?, path)
    };
    document.entries(resources).filter_map(nested).collect()
}
