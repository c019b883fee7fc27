//! Where in a resource a slot is.

/// How text inside an attribute is to be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Encoding {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
    /// JSON when it begins like an object, else YAML.
    JsonOrYaml,
}

/// One step into a value. Lists, sets and repeated blocks are looked through before every step and at the end.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub enum Step {
    /// The entry of this name.
    Name(&'static str),
    /// Every entry whose name ends so.
    Suffix(&'static str),
    /// Every entry.
    Any,
    /// This value and everything in it, at any depth.
    Descend,
    /// The value itself, if it is a mapping in which these entries have these texts.
    Select(Vec<(&'static str, &'static str)>),
    /// What the text holds.
    Decode(Encoding),
}

/// The steps from a resource to a slot. The first is always a name: an attribute.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct Path {
    steps: Vec<Step>,
}

impl Path {
    /// Reads a path as the table writes it; `None` if it is none. The notation is described in `rules/data/README.md`.
    pub fn parse(text: &'static str) -> Option<Path> {
        let mut steps = Vec::new();
        let mut rest = text;
        let mut after_dot = true;
        while !rest.is_empty() {
            let first = rest.chars().next()?;
            match first {
                '.' => {
                    rest = rest.get(1..)?;
                    if after_dot {
                        steps.push(Step::Descend);
                    }
                    after_dot = true;
                    continue;
                }
                '[' => {
                    let (inside, behind) = rest.get(1..)?.split_once(']')?;
                    if !inside.is_empty() {
                        let pairs = inside.split(',').map(|pair| pair.split_once('=')).collect::<Option<Vec<_>>>()?;
                        steps.push(Step::Select(pairs));
                    }
                    rest = behind;
                }
                '{' => {
                    let (inside, behind) = rest.get(1..)?.split_once('}')?;
                    steps.push(if inside.is_empty() { Step::Any } else { Step::Name(inside) });
                    rest = behind;
                }
                '(' => {
                    let (inside, behind) = rest.get(1..)?.split_once(')')?;
                    steps.push(Step::Decode(match inside {
                        "json" => Encoding::Json,
                        "yaml" => Encoding::Yaml,
                        "json|yaml" | "openapi" => Encoding::JsonOrYaml,
                        _ => return None,
                    }));
                    rest = behind;
                }
                _ => {
                    let end = rest.find(['.', '[', '{', '(']).unwrap_or(rest.len());
                    let (name, behind) = rest.split_at(end);
                    steps.push(match name.strip_prefix('*') {
                        Some("") => Step::Any,
                        Some(suffix) => Step::Suffix(suffix),
                        None => Step::Name(name),
                    });
                    rest = behind;
                }
            }
            after_dot = false;
        }
        matches!(steps.first(), Some(Step::Name(_))).then_some(Path { steps })
    }

    /// The attribute of the resource that the path begins at.
    pub fn attribute(&self) -> Option<&'static str> {
        match self.steps.first() {
            Some(Step::Name(name)) => Some(name),
            _ => None,
        }
    }

    /// The steps behind the attribute.
    pub fn inner(&self) -> &[Step] {
        self.steps.get(1..).unwrap_or(&[])
    }

    /// Whether the slot is in the definition of an API, which API Gateway imports.
    pub fn is_in_api_definition(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Name(name) if name.starts_with("x-amazon-apigateway-")))
    }

    /// The name that the value itself stands under, as far as the path says it.
    pub fn last_name(&self) -> Option<&'static str> {
        self.steps.iter().rev().find_map(|step| match step {
            Step::Name(name) => Some(*name),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_is_read() {
        use Step::*;
        let cases: [(&'static str, Vec<Step>); 10] = [
            ("role", vec![Name("role")]),
            ("a.b[].c", vec![Name("a"), Name("b"), Name("c")]),
            ("a{}[].c", vec![Name("a"), Any, Name("c")]),
            ("a{Key}[]", vec![Name("a"), Name("Key")]),
            ("a[x=p:q,y=R].v", vec![Name("a"), Select(vec![("x", "p:q"), ("y", "R")]), Name("v")]),
            ("a(json).b", vec![Name("a"), Decode(Encoding::Json), Name("b")]),
            ("a(json|yaml).b", vec![Name("a"), Decode(Encoding::JsonOrYaml), Name("b")]),
            ("a(yaml)..b.c", vec![Name("a"), Decode(Encoding::Yaml), Descend, Name("b"), Name("c")]),
            ("a.paths.*.x-y.c", vec![Name("a"), Name("paths"), Any, Name("x-y"), Name("c")]),
            ("a[].*_config[].b", vec![Name("a"), Suffix("_config"), Name("b")]),
        ];
        for (text, steps) in cases {
            assert_eq!(Path::parse(text), Some(Path { steps }), "{text}");
        }
        for broken in ["", "*", "a(xml).b", "a[", "a{", "a[b]", ".."] {
            assert_eq!(Path::parse(broken), None, "{broken}");
        }
    }
}
