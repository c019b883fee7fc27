//! What a configuration says of roles, profiles and the slots they stand in, read off its syntax alone, so that mistakes
//! are put in at places that the analysis under test has not chosen.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use rolecall::aws::slots::{self, Slot};
use rolecall::graph::Dialect;
use rolecall::syntax::{self, Document, Language, Node, NodeId};
use rolecall::text::SourceId;
use rolecall::workspace::language;

use super::support::Files;

/// Bytes of one of the files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    pub path: String,
    pub bytes: Range<usize>,
}

/// A reference to a role or an instance profile that is declared beside it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// Name of the block, or logical id.
    pub name: String,
    pub is_profile: bool,
    /// `[…]` behind the name; empty for none.
    pub index: String,
    pub is_arn: bool,
}

/// A reference in a slot.
pub struct Site {
    pub place: Place,
    pub user: String,
    pub slot: &'static Slot,
    pub target: Reference,
}

/// A role or an instance profile.
pub struct Identity {
    /// The whole block or entry.
    pub declaration: Place,
    /// Its name, where that is written as text.
    pub given_name: Option<(String, Place)>,
    /// The value that holds the role of a profile, with its attribute.
    pub roles: Option<(Place, Place)>,
    /// What its trust policy is written in.
    pub trust: Option<Place>,
}

/// What is read off.
#[derive(Default)]
pub struct Model {
    pub sites: Vec<Site>,
    pub roles: BTreeMap<String, Identity>,
    pub profiles: BTreeMap<String, Identity>,
    /// Blocks or objects of compute that hold a profile, whole, by what they are in.
    pub holders: Vec<Place>,
    /// Resources that start instances and take a profile: address, type, the whole block.
    pub instances: Vec<(String, String, Place)>,
}

/// A resource while it is read.
struct Resource<'d> {
    document: &'d Document,
    path: &'d str,
    dialect: Dialect,
    kind: &'d str,
    name: &'d str,
    block: NodeId,
}

impl Model {
    /// Reads the files of one directory, or templates.
    pub fn read(files: &Files) -> Model {
        let mut model = Model::default();
        let mut documents = Vec::new();
        for (path, text) in files {
            let text: Arc<str> = text.as_str().into();
            if let Some(language) = language(path, &text) {
                documents.push((path, syntax::parse(SourceId(0), &text, language).0));
            }
        }
        for (path, document) in &documents {
            for resource in resources(document, path) {
                model.resource(&resource);
            }
        }
        // Policy documents of Terraform stand in blocks of their own.
        for (path, document) in &documents {
            for (name, body) in policy_documents(document) {
                let used = format!("data.aws_iam_policy_document.{name}.json");
                for role in model.roles.values_mut() {
                    let Some(trust) = &role.trust else { continue };
                    if files.get(&trust.path).and_then(|text| text.get(trust.bytes.clone())) == Some(&used) {
                        role.trust = Some(place(document, path, body));
                    }
                }
            }
        }
        let known = |target: &Reference| match target.is_profile {
            true => model.profiles.contains_key(&target.name),
            false => model.roles.contains_key(&target.name),
        };
        model.sites.retain(|site| known(&site.target));
        model
    }

    /// The role that a profile holds, if that is one by reference.
    pub fn role_in(&self, profile: &str) -> Option<&Reference> {
        let mut held = self.sites.iter().filter(|site| site.user == profile && holds_roles(site.slot.resource_type));
        held.next().filter(|_| held.next().is_none()).map(|site| &site.target)
    }

    /// The profiles that hold a role.
    pub fn profiles_of<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a String> {
        self.profiles.keys().filter(move |profile| self.role_in(profile).is_some_and(|held| held.name == role))
    }

    fn resource(&mut self, resource: &Resource<'_>) {
        let Resource { document, path, block, .. } = *resource;
        let mut values = Vec::new();
        collect(document, block, "", resource.dialect, &mut values);
        let slots = slots::slots_of(resource.dialect, resource.kind);
        let mut takes_profile = false;
        for (attribute, node) in &values {
            let wanted = slots.iter().find(|slot| slot.path_text.replace("[]", "") == *attribute);
            if let (Some(slot), Some(target)) = (wanted, reference(document, *node)) {
                takes_profile |= target.is_profile;
                if let (true, Some((outer, _))) = (target.is_profile, attribute.rsplit_once('.'))
                    && let Some((_, holder)) = values.iter().find(|(attribute, _)| attribute == outer)
                {
                    self.holders.push(place(document, path, *holder));
                }
                let place = place(document, path, *node);
                self.sites.push(Site { place, user: resource.name.to_string(), slot, target });
            }
        }
        if takes_profile {
            let whole = place(document, path, block);
            self.instances.push((resource.name.to_string(), resource.kind.to_string(), whole));
        }
        let (names, table) = match resource.kind {
            "aws_iam_role" => (["name", "assume_role_policy", ""], &mut self.roles),
            "AWS::IAM::Role" => (["RoleName", "AssumeRolePolicyDocument", ""], &mut self.roles),
            "aws_iam_instance_profile" => (["name", "", "role"], &mut self.profiles),
            "AWS::IAM::InstanceProfile" => (["InstanceProfileName", "", "Roles"], &mut self.profiles),
            _ => return,
        };
        let value = |wanted: &str| values.iter().find(|(name, _)| name == wanted).map(|(_, node)| *node);
        let text = value(names[0]).and_then(|node| Some((document.string(node)?.to_string(), node)));
        let attribute = |node: NodeId| {
            let holder = |id: &NodeId| match document.node(*id) {
                Node::Attribute { value, .. } | Node::Entry { value, .. } => value == node,
                _ => false,
            };
            document.ids().find(holder).map(|id| place(document, path, id))
        };
        let identity = Identity {
            declaration: place(document, path, entry_of(document, block)),
            given_name: text.map(|(text, node)| (text, place(document, path, node))),
            roles: value(names[2]).and_then(|node| Some((place(document, path, node), attribute(node)?))),
            trust: value(names[1]).map(|node| place(document, path, node)),
        };
        table.insert(resource.name.to_string(), identity);
    }
}

/// Whether a type is the instance profile.
pub fn holds_roles(kind: &str) -> bool {
    matches!(kind, "aws_iam_instance_profile" | "AWS::IAM::InstanceProfile")
}

fn place(document: &Document, path: &str, node: NodeId) -> Place {
    Place { path: path.to_string(), bytes: document.span(node).range() }
}

/// The entry that holds a resource of a template; a block of Terraform is itself.
fn entry_of(document: &Document, block: NodeId) -> NodeId {
    let holder = |id: &NodeId| matches!(document.node(*id), Node::Entry { value, .. } if value == block);
    document.ids().find(holder).unwrap_or(block)
}

fn resources<'d>(document: &'d Document, path: &'d str) -> Vec<Resource<'d>> {
    let mut found = Vec::new();
    match document.language() {
        Language::Hcl => {
            let Node::Body(items) = document.node(document.root()) else { return found };
            for block in document.children(items) {
                let Node::Block(parts) = document.node(*block) else { continue };
                let [word, kind, name, _] = document.children(parts) else { continue };
                if let (Some("resource"), Some(kind), Some(name)) =
                    (document.string(*word), document.string(*kind), document.string(*name))
                {
                    let dialect = Dialect::Terraform;
                    found.push(Resource { document, path, dialect, kind, name, block: *block });
                }
            }
        }
        Language::Yaml | Language::Json => {
            let Some(resources) = document.get(document.root(), "Resources") else { return found };
            for (key, block) in document.entries(resources) {
                let kind = document.get(block, "Type").and_then(|kind| document.string(kind));
                if let (Some(name), Some(kind)) = (document.string(key), kind) {
                    found.push(Resource { document, path, dialect: Dialect::CloudFormation, kind, name, block });
                }
            }
        }
        Language::TerraformJson => {}
    }
    found
}

fn policy_documents(document: &Document) -> Vec<(&str, NodeId)> {
    let Node::Body(items) = document.node(document.root()) else { return Vec::new() };
    let blocks = document.children(items).iter().filter_map(|block| match document.node(*block) {
        Node::Block(parts) => match document.children(parts) {
            [word, kind, name, body] => {
                let is_policy =
                    document.string(*word) == Some("data") && document.string(*kind) == Some("aws_iam_policy_document");
                is_policy.then(|| Some((document.string(*name)?, *body))).flatten()
            }
            _ => None,
        },
        _ => None,
    });
    blocks.collect()
}

/// Every attribute of a resource with its path, those of nested blocks and objects too; lists are looked through.
fn collect(document: &Document, node: NodeId, path: &str, dialect: Dialect, found: &mut Vec<(String, NodeId)>) {
    let join = |name: &str| if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
    match document.node(node) {
        Node::Block(parts) => {
            let body = document.children(parts).last().copied();
            body.into_iter().for_each(|body| collect(document, body, path, dialect, found));
        }
        Node::Body(items) => {
            for item in document.children(items) {
                match document.node(*item) {
                    Node::Attribute { name, value } => {
                        let path = join(document.string(name).unwrap_or(""));
                        found.push((path.clone(), value));
                        collect(document, value, &path, dialect, found);
                    }
                    Node::Block(parts) => {
                        let Some(kind) = document.children(parts).first() else { continue };
                        let path = join(document.string(*kind).unwrap_or(""));
                        found.push((path.clone(), *item));
                        collect(document, *item, &path, dialect, found);
                    }
                    _ => {}
                }
            }
        }
        Node::Mapping(_) => {
            for (key, value) in document.entries(node) {
                let name = document.string(key).unwrap_or("");
                let is_resource = path.is_empty() && dialect == Dialect::CloudFormation && name == "Properties";
                let path = if is_resource { String::new() } else { join(name) };
                found.push((path.clone(), value));
                collect(document, value, &path, dialect, found);
            }
        }
        Node::Sequence(items) => {
            for item in document.children(items) {
                if reference(document, *item).is_some() {
                    found.push((path.to_string(), *item));
                }
                collect(document, *item, path, dialect, found);
            }
        }
        _ => {}
    }
}

/// The reference that a node is and nothing else.
fn reference(document: &Document, node: NodeId) -> Option<Reference> {
    if document.language() == Language::Hcl {
        let text = document.source_slice(node);
        let (head, attribute) = text.rsplit_once('.')?;
        let is_profile = head.starts_with("aws_iam_instance_profile.");
        let rest = head.strip_prefix("aws_iam_instance_profile.").or(head.strip_prefix("aws_iam_role."))?;
        let (name, index) = rest.split_at(rest.find('[').unwrap_or(rest.len()));
        let word = |text: &str| text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'));
        let simple = word(name) && !index.contains('*') && matches!(attribute, "name" | "arn" | "id");
        return simple.then(|| Reference {
            name: name.to_string(),
            is_profile,
            index: index.to_string(),
            is_arn: attribute == "arn",
        });
    }
    let (function, argument) = match document.node(node) {
        Node::Tagged { tag, value } => (document.string(tag)?, value),
        Node::Mapping(_) => {
            let mut entries = document.entries(node);
            let (key, value) = entries.next()?;
            (document.string(key)?.trim_start_matches("Fn::"), value)
        }
        _ => return None,
    };
    let text = match document.string(argument) {
        Some(text) => text.to_string(),
        None => {
            document.elements(argument).iter().filter_map(|part| document.string(*part)).collect::<Vec<_>>().join(".")
        }
    };
    let (name, is_arn) = match function {
        "Ref" => (text, false),
        "GetAtt" => (text.strip_suffix(".Arn")?.to_string(), true),
        _ => return None,
    };
    let root = document.get(document.root(), "Resources")?;
    let kind = document.get(document.get(root, &name)?, "Type").and_then(|kind| document.string(kind))?;
    let is_profile = kind == "AWS::IAM::InstanceProfile";
    (is_profile || kind == "AWS::IAM::Role").then(|| Reference { name, is_profile, index: String::new(), is_arn })
}
