//! The declarations of one module: all configuration files of one directory, with override files merged in.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use super::body::{self, TopLevel};
use super::declared::{self, References};
use super::fragment;
use super::missing::{self, Site};
use crate::diagnostic::{Diagnostic, Severity};
use crate::files::{File, Files};
use crate::graph::Mode;
use crate::syntax::{Document, NodeId};
use crate::text::Span;

/// A node of one of a module's documents.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct At {
    /// Index into [`Module::documents`].
    pub document: u32,
    /// The node.
    pub node: NodeId,
}

/// Declarations in order, found by name.
#[derive(Debug)]
pub struct Named<T> {
    /// The declarations.
    pub items: Vec<T>,
    index: HashMap<Arc<str>, usize>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Named { items: Vec::new(), index: HashMap::new() }
    }
}

impl<T> Named<T> {
    /// The position of the declaration called `name`.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// The declaration called `name`.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.position(name).map(|position| &self.items[position])
    }

    /// All names, in no order.
    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.index.keys()
    }

    fn insert(&mut self, name: &str, item: T) -> Result<(), usize> {
        if let Some(position) = self.position(name) {
            return Err(position);
        }
        self.index.insert(name.into(), self.items.len());
        self.items.push(item);
        Ok(())
    }
}

/// What variables, outputs, resources and module calls have in common.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// Its name.
    pub name: Arc<str>,
    /// For resources and data sources their type, otherwise empty.
    pub kind: Arc<str>,
    /// The words that declare it, from the block's type to its last label.
    pub span: Span,
    /// Its body, then the bodies of overrides. A later one wins.
    pub bodies: Vec<At>,
}

/// A module as declared, not evaluated.
#[derive(Debug, Default)]
pub struct Module {
    /// The directory, as the workspace writes paths.
    pub directory: Arc<str>,
    /// The files, primary ones first, then overrides, each in byte order of their names.
    pub documents: Vec<Arc<Document>>,
    /// How many of the files are overrides.
    pub overrides: usize,
    /// `variable`
    pub variables: Named<Arc<Declaration>>,
    /// Entries of `locals`, by their expressions.
    pub locals: Named<At>,
    /// `output`
    pub outputs: Named<Arc<Declaration>>,
    /// `module`
    pub calls: Named<Arc<Declaration>>,
    /// `resource`, by `type.name`
    pub resources: Named<Arc<Declaration>>,
    /// `data`, by `type.name`
    pub data: Named<Arc<Declaration>>,
    /// `provider`, by its name with its alias: `aws`, `aws.east`
    pub providers: Named<Arc<Declaration>>,
    /// The bodies of `import` blocks.
    pub imports: Vec<At>,
    /// Names of other things that references may begin with: ephemeral resources, by `type.name`.
    pub ephemeral: Named<Arc<Declaration>>,
    /// The version constraints on the AWS provider, as written.
    pub provider_versions: Vec<String>,
    /// What is wrong with the declarations.
    pub diagnostics: Vec<Diagnostic>,
    /// What its expressions refer to.
    pub references: References,
    /// The expressions that ask for elements of something.
    pub sites: Vec<Site>,
    /// Why it is not whole as it lies here, if it is not: what it lacks may be written by another program.
    pub unfinished: Option<String>,
    /// Whether some file has broken parts, so that declarations may be missing here.
    pub broken: bool,
    /// Whether the text of some file has not been given to the workspace yet.
    pub pending: bool,
}

impl Module {
    /// Reads the module in `directory`. `None` when it is not known yet which files are there.
    pub fn load(directory: &str, files: &dyn Files) -> Option<Module> {
        let names = files.directory(directory)?;
        let mut module = Module { directory: directory.into(), ..Module::default() };
        let mut unread = Vec::new();
        let (overrides, primary): (Vec<_>, Vec<_>) = configuration_files(&names).into_iter().partition(is_override);
        for (paths, is_override) in [(primary, false), (overrides, true)] {
            for path in paths {
                match files.file(&path) {
                    File::Text(source, _) => {
                        if let Some(document) = files.document(source) {
                            module.overrides += usize::from(is_override);
                            module.add(document, is_override);
                        }
                    }
                    File::Pending => module.pending = true,
                    File::Absent => unread.push(path),
                }
            }
        }
        module.references = declared::references(&module);
        module.unfinished = fragment::sign(&mut module, &names, &unread, files);
        if module.unfinished.is_some() {
            module.references.diagnostics.retain(|diagnostic| diagnostic.rule != "unresolved-reference");
            if fragment::is_for_others(directory) {
                module.diagnostics.clear();
            }
        }
        module.sites = missing::sites(&module);
        Some(module)
    }

    /// Whether it declares what a reference names, as it is written: `var.x`, `data.type.name`, `type.name`.
    pub fn declares(&self, reference: &str) -> bool {
        let (root, rest) = reference.split_once('.').unwrap_or((reference, ""));
        match root {
            "var" => self.variables.position(rest).is_some(),
            "local" => self.locals.position(rest).is_some(),
            "module" => self.calls.position(rest).is_some(),
            "data" => self.data.position(rest).is_some(),
            _ => self.resources.position(reference).is_some(),
        }
    }

    /// The document that `at` is in.
    pub fn document(&self, at: At) -> &Arc<Document> {
        &self.documents[at.document as usize]
    }

    /// The span of a node.
    pub fn span(&self, at: At) -> Span {
        self.document(at).span(at.node)
    }

    /// The resource or data source `kind`.`name`.
    pub fn resource(&self, mode: Mode, kind: &str, name: &str) -> Option<usize> {
        let table = match mode {
            Mode::Managed => &self.resources,
            Mode::Data => &self.data,
        };
        table.position(&format!("{kind}.{name}"))
    }

    /// The provider configuration that references call `name`: `aws`, `aws.east`.
    pub fn provider(&self, name: &str) -> Option<&Declaration> {
        self.providers.get(name).map(|provider| &**provider)
    }

    /// The expression of an attribute of a declaration's `lifecycle` block; overrides win.
    pub fn lifecycle(&self, declaration: &Declaration, name: &str) -> Option<At> {
        declaration.bodies.iter().rev().find_map(|at| {
            let (_, node) = body::in_block(self.document(*at), at.node, "lifecycle", name)?;
            Some(At { document: at.document, node })
        })
    }

    /// The expression of a declaration's attribute; overrides win.
    pub fn attribute(&self, declaration: &Declaration, name: &str) -> Option<At> {
        declaration.bodies.iter().rev().find_map(|at| {
            let node = body::attribute(self.document(*at), at.node, name)?;
            Some(At { document: at.document, node })
        })
    }

    fn add(&mut self, document: Arc<Document>, is_override: bool) {
        let index = self.documents.len() as u32;
        self.broken |= document.is_broken();
        for block in body::top_level(&document) {
            let at = At { document: index, node: block.body };
            if block.kind == "locals" {
                for item in body::items(&document, block.body) {
                    if let body::Item::Attribute { name, value } = item
                        && let Some(text) = document.string(name)
                    {
                        let value = At { document: index, node: value };
                        match self.locals.insert(text, value) {
                            Err(old) if is_override => self.locals.items[old] = value,
                            Err(old) => {
                                let first =
                                    self.documents.get(self.locals.items[old].document as usize).unwrap_or(&document);
                                let first = first.span(self.locals.items[old].node);
                                self.diagnostics.push(twice(document.span(name), first, &format!("local.{text}")));
                            }
                            Ok(()) => {}
                        }
                    }
                }
                continue;
            }
            self.provider_versions.extend(provider_version(&document, &block));
            if block.kind == "import" {
                self.imports.push(at);
                continue;
            }
            self.declare(&document, &block, at, is_override);
        }
        self.documents.push(document);
    }

    fn declare(&mut self, document: &Document, block: &TopLevel<'_>, at: At, is_override: bool) {
        let labels: Vec<&str> = block.labels.iter().filter_map(|label| document.string(*label)).collect();
        let (table, kind, name, key) = match (block.kind, &labels[..]) {
            ("variable", [name]) => (&mut self.variables, "", *name, (*name).to_string()),
            ("output", [name]) => (&mut self.outputs, "", *name, (*name).to_string()),
            ("module", [name]) => (&mut self.calls, "", *name, (*name).to_string()),
            ("resource", [kind, name]) => (&mut self.resources, *kind, *name, format!("{kind}.{name}")),
            ("data", [kind, name]) => (&mut self.data, *kind, *name, format!("{kind}.{name}")),
            ("ephemeral", [kind, name]) => (&mut self.ephemeral, *kind, *name, format!("{kind}.{name}")),
            ("provider", [name]) => {
                let alias = body::attribute(document, at.node, "alias").and_then(|node| document.string(node));
                let key = alias.map_or((*name).to_string(), |alias| format!("{name}.{alias}"));
                (&mut self.providers, "", *name, key)
            }
            // A data source may also be declared inside a `check` block; only its checks can refer to it.
            _ => return,
        };
        let first = document.span(block.kind_node);
        let last = block.labels.last().map_or(first, |label| document.span(*label));
        // JSON labels stand far from each other, so there only the name is meant.
        let span = if document.language() == crate::syntax::Language::Hcl {
            Span::new(first.source, first.start, last.end)
        } else {
            last
        };
        let declaration = Arc::new(Declaration { name: name.into(), kind: kind.into(), span, bodies: vec![at] });
        if let Err(old) = table.insert(&key, declaration) {
            if is_override {
                Arc::make_mut(&mut table.items[old]).bodies.push(at);
            } else {
                let first = table.items[old].span;
                self.diagnostics.push(twice(span, first, &format!("{} {key}", block.kind)));
            }
        }
    }
}

/// The version constraint on the AWS provider that a `terraform` or `provider` block holds:
/// `required_providers { aws = { version = "~> 5.0" } }`, or only the text in old configurations.
fn provider_version(document: &Document, block: &TopLevel<'_>) -> Option<String> {
    let text = |node| document.string(node).map(str::to_string);
    match block.kind {
        "provider" if block.labels.first().and_then(|label| document.string(*label)) == Some("aws") => {
            body::attribute(document, block.body, "version").and_then(text)
        }
        "terraform" => {
            let required = body::items(document, block.body).find_map(|item| match item {
                body::Item::Block { kind: name, body, .. } | body::Item::Attribute { name, value: body } => {
                    (document.string(name) == Some("required_providers")).then_some(body)
                }
            })?;
            let aws = body::attribute(document, required, "aws")?;
            text(aws).or_else(|| {
                let is_version = |key| document.source_slice(key).trim_matches('"') == "version";
                document.entries(aws).find(|(key, _)| is_version(*key)).and_then(|(_, value)| text(value))
            })
        }
        _ => None,
    }
}

fn twice(span: Span, first: Span, what: &str) -> Diagnostic {
    Diagnostic::new("syntax-error", Severity::Error, span, format!("{what} is declared twice in this module"))
        .with_help("Terraform refuses a second declaration of the same name; rename or remove one of the two.")
        .with_related(first, "the first declaration")
}

/// The configuration files among the paths of one directory, in byte order; `x.tofu` hides `x.tf`.
fn configuration_files(paths: &[Arc<str>]) -> Vec<Arc<str>> {
    let name = |path: &Arc<str>| path.rsplit('/').next().unwrap_or("").to_string();
    let is_hidden =
        |name: &str| name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'));
    let mut found: Vec<(String, Arc<str>)> = paths
        .iter()
        .map(|path| (name(path), path.clone()))
        .filter(|(name, _)| !is_hidden(name))
        .filter(|(name, _)| [".tf", ".tf.json", ".tofu", ".tofu.json"].iter().any(|ending| name.ends_with(ending)))
        .collect();
    found.sort();
    let names: std::collections::HashSet<String> = found.iter().map(|(name, _)| name.clone()).collect();
    found.retain(|(name, _)| {
        let twin = match name.strip_suffix(".tf") {
            Some(stem) => format!("{stem}.tofu"),
            None => match name.strip_suffix(".tf.json") {
                Some(stem) => format!("{stem}.tofu.json"),
                None => return true,
            },
        };
        !names.contains(&twin)
    });
    found.into_iter().map(|(_, path)| path).collect()
}

fn is_override(path: &Arc<str>) -> bool {
    let name = path.rsplit('/').next().unwrap_or("");
    let stem = [".tf.json", ".tofu.json", ".tf", ".tofu"].iter().find_map(|ending| name.strip_suffix(ending));
    stem.is_some_and(|stem| stem == "override" || stem.ends_with("_override"))
}
