//! Which YAML and JSON texts are CloudFormation or SAM templates, and which are Terraform plans or states. Nothing in a
//! file's name says so for certain, and the endings are shared with everything from workflows to package manifests.

use super::{Document, Language, Node, NodeId};
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::Span;

/// Endings of the names of templates. CDK writes `.template.json`, older projects `.template`.
const ENDINGS: [&str; 4] = [".yaml", ".yml", ".json", ".template"];

/// Endings of Terraform's JSON, which is never a template.
const TERRAFORM: [&str; 3] = [".tf.json", ".tofu.json", ".tfvars.json"];

/// Whether a text may be a template, by its path and a look at its characters only, so that other files need not be
/// parsed. Says yes to every template, and to some other files.
pub fn cloudformation_text(path: &str, text: &str) -> bool {
    let ends = |endings: &[&str]| endings.iter().any(|ending| path.ends_with(ending));
    ends(&ENDINGS)
        && !ends(&TERRAFORM)
        && (text.contains("AWSTemplateFormatVersion") || (text.contains("Resources") && text.contains("::")))
}

/// Whether a parsed document is a template: one mapping that says so by its format version, or whose `Resources` hold
/// at least one that has a resource type, a loop over resources, or resources included from elsewhere.
///
/// A YAML text of several documents is none: CloudFormation takes one.
pub fn is_cloudformation(document: &Document) -> bool {
    !has_more_documents(document) && begins_as_template(document)
}

/// Whether a parsed document would be a template if no further one followed in the same text.
pub fn is_followed_template(document: &Document) -> bool {
    begins_as_template(document) && has_more_documents(document)
}

fn begins_as_template(document: &Document) -> bool {
    let root = document.root();
    if document.get(root, "AWSTemplateFormatVersion").is_some() {
        return true;
    }
    let Some(resources) = document.get(root, "Resources") else { return false };
    document.entries(resources).any(|(key, body)| match document.string(key) {
        Some("Fn::Transform") => true,
        Some(name) if name.starts_with("Fn::ForEach::") => true,
        _ => has_resource_type(document, body),
    })
}

/// Whether a text may be a plan or state as `terraform show -json` prints it, by its path and a look at its characters.
pub fn plan_text(path: &str, text: &str) -> bool {
    path.ends_with(".json")
        && !TERRAFORM.iter().any(|ending| path.ends_with(ending))
        && text.contains("\"format_version\"")
        && (text.contains("\"planned_values\"") || text.contains("\"terraform_version\""))
}

/// Whether a parsed document is such a plan or state. The state of nothing has no values.
pub fn is_plan(document: &Document) -> bool {
    let has = |key: &str| document.get(document.root(), key).is_some();
    has("format_version") && (has("planned_values") || has("terraform_version"))
}

fn has_resource_type(document: &Document, resource: NodeId) -> bool {
    let Some(kind) = document.get(resource, "Type").and_then(|kind| document.string(kind)) else { return false };
    // `AWS::IAM::Role`, `Custom::Lookup`, `Organisation::Service::Thing::MODULE`.
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || "_-@".contains(c));
    kind.contains("::") && kind.split("::").all(is_part)
}

/// Where another program fills in what can be read only then (`{% if … %}` of Jinja, `{{ .Name }}` of Go and Handlebars,
/// `<% if … %>` of ERB, `%NAME%`): the place of its first mark among the lines that `diagnostics`, found in this document, stumble
/// over.
///
/// Such text is neither YAML nor HCL, so what does not parse in it is no mistake of its author.
pub fn filled_in(document: &Document, diagnostics: &[Diagnostic]) -> Option<Span> {
    let text = document.source_text();
    diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).find_map(|diagnostic| {
        let span = diagnostic.span;
        let begin = text.get(..span.start as usize)?.rfind('\n').map_or(0, |end| end + 1);
        let line = text.get(begin..)?.lines().next()?;
        let mark = mark(line, document.language())?;
        let start = (begin + mark) as u32;
        Some(Span::new(span.source, start, start + 2))
    })
}

/// Where in a line a template engine's mark stands.
fn mark(line: &str, language: Language) -> Option<usize> {
    let is_hcl = language == Language::Hcl;
    // A dynamic reference of CloudFormation's own is written with the same braces, and so are objects in objects.
    let is_mark = |at: &usize| {
        let rest = &line[*at..];
        let inner = rest.get(2..).and_then(|inner| inner.split_once("}}")).map(|(inner, _)| inner);
        !rest.starts_with("{{resolve:") && (!is_hcl || inner.is_some_and(|inner| !inner.contains('=')))
    };
    let statement = line.find("{%").or_else(|| line.find("<%"));
    statement.or_else(|| line.find("{{").filter(is_mark)).or_else(|| percent_mark(line))
}

/// Where a name in capitals stands between percent signs, as scripts that publish templates replace them (`%VERSION%`).
fn percent_mark(line: &str) -> Option<usize> {
    line.match_indices('%').map(|(at, _)| at).find(|at| {
        let name = line[at + 1..].split_once('%').map_or("", |(name, _)| name);
        name.len() > 1 && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    })
}

/// Whether another YAML document follows behind the first one.
fn has_more_documents(document: &Document) -> bool {
    let root = document.root();
    if document.language() != Language::Yaml || matches!(document.node(root), Node::Null) {
        return false;
    }
    let rest = document.source_text().get(document.span(root).end as usize..).unwrap_or("");
    let mut lines = rest.lines().skip(1).map(str::trim_end).skip_while(|line| !is_mark(line));
    // What follows a mark may be nothing but blanks, comments and further marks.
    lines.any(|line| {
        let content = if is_mark(line) { line.get(3..).unwrap_or("") } else { line };
        !content.trim_start().is_empty() && !content.trim_start().starts_with('#')
    })
}

fn is_mark(line: &str) -> bool {
    line == "---" || line.starts_with("--- ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;
    use crate::text::SourceId;

    fn is_template(path: &str, text: &str) -> bool {
        let language = if text.trim_start().starts_with('{') { Language::Json } else { Language::Yaml };
        let (document, _) = syntax::parse(SourceId(0), &text.into(), language);
        let is_template = is_cloudformation(&document);
        // The look at the characters must let every template through.
        assert!(
            !is_template || path.ends_with(".tf.json") || path.ends_with(".txt") || cloudformation_text(path, text),
            "{path}"
        );
        is_template && cloudformation_text(path, text)
    }

    #[test]
    fn templates_are_recognised() {
        for (path, text) in [
            ("a.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n"),
            ("a.yaml", "AWSTemplateFormatVersion: 2010-09-09\nDescription: nothing yet\n"),
            ("a.yml", "---\nResources:\n  Role:\n    Type: AWS::IAM::Role\n"),
            ("a.yml", "---\nResources:\n  Role:\n    Type: AWS::IAM::Role\n---\n"),
            ("a.yml", "---\nResources:\n  Role:\n    Type: AWS::IAM::Role\n...\n---\n# the end\n"),
            ("a.template", "Resources:\n  Thing:\n    Type: Custom::Lookup\n"),
            ("a.template", "{\"Resources\": {\"Thing\": {\"Type\": \"Initech::TPS::Report::MODULE\"}}}"),
            ("cdk.out/App.template.json", "{\"Resources\": {\"CDKMetadata\": {\"Type\": \"AWS::CDK::Metadata\"}}}"),
            (
                "sam.yaml",
                "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n",
            ),
            ("loop.yaml", "Resources:\n  Fn::ForEach::Roles: [Name, [A, B], {'${Name}': {Type: AWS::IAM::Role}}]\n"),
            ("part.yaml", "Resources:\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://a/b}}\n"),
            ("odd.yaml", "Resources:\n  Untyped: {Properties: {}}\n  Role: {Type: 'AWS::IAM::Role'}\n"),
            ("broken.yaml", "Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties: {\nOutputs: [\n"),
            (
                "text.yaml",
                "Resources:\n  D:\n    Type: AWS::SSM::Document\n    Properties:\n      Content: |\n        ---\n        a: 1\n",
            ),
        ] {
            assert!(is_template(path, text), "{path}: {text}");
        }
    }

    #[test]
    fn plans_and_states_are_recognised() {
        let is_plan = |path: &str, text: &str| {
            let (document, _) = syntax::parse(SourceId(0), &text.into(), Language::Json);
            plan_text(path, text) && is_plan(&document)
        };
        let plan = r#"{"format_version": "1.2", "planned_values": {"root_module": {}}}"#;
        let state = r#"{"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {}}}"#;
        assert!(is_plan("plan.json", plan));
        assert!(is_plan("a/state.json", state));
        assert!(is_plan("empty.json", r#"{"format_version": "1.0", "terraform_version": "1.11.4"}"#));
        assert!(!is_plan("main.tf.json", plan));
        // The file of the local backend, which is another format.
        assert!(!is_plan(
            "terraform.tfstate.json",
            r#"{"version": 4, "terraform_version": "1.11.4", "resources": []}"#
        ));
        assert!(!is_plan("schema.json", r#"{"format_version": "1.0", "provider_schemas": {"root_module": 1}}"#));
        assert!(!is_plan("empty.json", r#"{"format_version": "1.0"}"#));
    }

    #[test]
    fn other_files_are_none() {
        for (path, text) in [
            ("compose.yaml", "services:\n  web:\n    image: nginx\n    deploy:\n      resources: {}\n"),
            ("values.yaml", "Resources:\n  limits:\n    cpu: 100m\n"),
            ("templates/pod.yaml", "apiVersion: v1\nkind: Pod\nspec: {{ .Values.Resources }} # a::b\n"),
            (
                "k8s.yaml",
                "apiVersion: v1\nkind: ConfigMap\ndata:\n  t: |\n    Resources:\n      R:\n        Type: AWS::IAM::Role\n",
            ),
            (
                "playbook.yml",
                "- hosts: all\n  tasks:\n    - cloudformation:\n        template_body: 'Resources: AWS::S3::Bucket'\n",
            ),
            ("serverless.yml", "service: a\nresources:\n  Resources:\n    R:\n      Type: AWS::IAM::Role\n"),
            (
                ".github/workflows/ci.yml",
                "on: push\njobs:\n  a:\n    steps:\n      - run: echo '::set-output name=Resources::1'\n",
            ),
            ("package.json", "{\"name\": \"a\", \"scripts\": {\"Resources\": \"a::b\"}}"),
            ("openapi.yaml", "openapi: 3.0.0\npaths: {}\nx-amazon-apigateway-policy: {Resources: 'a::b'}\n"),
            (
                "aws-iam-role.json",
                "{\"typeName\": \"AWS::IAM::Role\", \"properties\": {\"Resources\": {\"type\": \"object\"}}}",
            ),
            ("specification.json", "{\"ResourceTypes\": {\"AWS::IAM::Role\": {}}, \"PropertyTypes\": {}}"),
            ("guard_tests.yaml", "- name: a\n  input:\n    Resources:\n      R:\n        Type: AWS::IAM::Role\n"),
            ("kustomization.yaml", "Resources:\n  - a::b.yaml\n"),
            (
                "manifest.json",
                "{\"version\": \"1\", \"artifacts\": {\"Resources\": {\"type\": \"aws:cloudformation:stack\"}}}",
            ),
            ("answer.json", "{\"TemplateBody\": {\"Resources\": {\"R\": {\"Type\": \"AWS::IAM::Role\"}}}}"),
            ("prose.yaml", "Resources:\n  Help:\n    Type: see AWS::IAM::Role for more\n"),
            (
                "two.yaml",
                "Resources:\n  R:\n    Type: AWS::IAM::Role\n---\nResources:\n  S:\n    Type: AWS::IAM::Role\n",
            ),
            ("two.yaml", "AWSTemplateFormatVersion: '2010-09-09'\n--- {a: 1}\n"),
            ("main.tf.json", "{\"AWSTemplateFormatVersion\": \"2010-09-09\", \"Resources\": {}}"),
            ("notes.txt", "Resources:\n  R:\n    Type: AWS::IAM::Role\n"),
            ("empty.yaml", ""),
            ("list.json", "[1]"),
        ] {
            assert!(!is_template(path, text), "{path}: {text}");
        }
    }

    #[test]
    fn text_that_is_filled_in_later_is_told_from_broken_text() {
        for (line, mark) in [
            ("  {% if roles %}", Some("{%")),
            ("  {{- end}}", Some("{{")),
            ("  Name: {{ .Name }} here", Some("{{")),
            ("  Name: !Sub %SOLUTION_NAME%/code", Some("%S")),
            ("  Name: %%", None),
            ("  Name: %d of %s", None),
            ("  Name: '{{resolve:ssm:x}}", None),
            ("  Name: [", None),
        ] {
            let text = format!(
                "Resources:\n  Role: {{ Type: AWS::IAM::Role }}\n{line}\n  Other: {{ Type: AWS::IAM::Role }}\n"
            );
            let (document, diagnostics) = syntax::parse(SourceId(0), &text.as_str().into(), Language::Yaml);
            let found = filled_in(&document, &diagnostics).map(|span| &text[span.range()]);
            assert_eq!(found, mark, "{line}: {diagnostics:?}");
        }
    }

    #[test]
    fn configurations_that_are_filled_in_later_are_told_from_broken_ones() {
        for (line, mark) in [
            ("{% for hub in hubs -%}", Some("{%")),
            ("  pipelines = {{ pipelines }}", Some("{{")),
            ("<% if @large %>", Some("<%")),
            ("  tags = {{ Name = \"web\" }}", None),
            ("  tags = {", None),
        ] {
            let text = format!("locals {{\n  one = 1\n{line}\n}}\n");
            let (document, diagnostics) = syntax::parse(SourceId(0), &text.as_str().into(), Language::Hcl);
            let found = filled_in(&document, &diagnostics).map(|span| &text[span.range()]);
            assert_eq!(found, mark, "{line}: {diagnostics:?}");
        }
    }
}
