//! Type constraints: what a variable's `type` says, and the types of values.

use std::fmt;

use crate::diagnostic::Diagnostic;
use crate::syntax::{self, Document, Node, NodeId};
use crate::terraform::convert;
use crate::value::{MappingKind, Reason, SequenceKind, Shape, SymbolKind, TypeHint, Value};

/// A type constraint.
#[derive(Clone, PartialEq, Debug)]
pub enum Type {
    /// Any type; also what is said of a value whose type is not known.
    Any,
    /// A string.
    String,
    /// A number.
    Number,
    /// A boolean.
    Bool,
    /// Elements of one type, in order.
    List(Box<Type>),
    /// Elements of one type, each once, in no order.
    Set(Box<Type>),
    /// String keys with values of one type.
    Map(Box<Type>),
    /// Elements each of its own type.
    Tuple(Vec<Type>),
    /// Named attributes, each of its own type.
    Object(Vec<ObjectAttribute>),
}

/// An attribute of an object type.
#[derive(Clone, PartialEq, Debug)]
pub struct ObjectAttribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Whether it may be left out; it is null then, or `default`.
    pub optional: bool,
    /// What an optional attribute is when it is left out or null.
    pub default: Option<Value>,
}

impl Type {
    /// A list of `element`.
    pub fn list(element: Type) -> Type {
        Type::List(Box::new(element))
    }

    /// A set of `element`.
    pub fn set(element: Type) -> Type {
        Type::Set(Box::new(element))
    }

    /// A map of `element`.
    pub fn map(element: Type) -> Type {
        Type::Map(Box::new(element))
    }

    /// Whether it is a string, number or boolean.
    pub fn is_primitive(&self) -> bool {
        matches!(self, Type::String | Type::Number | Type::Bool)
    }

    /// What an unknown value of this type can be said to be.
    pub fn hint(&self) -> TypeHint {
        match self {
            Type::Any => TypeHint::Any,
            Type::String => TypeHint::String,
            Type::Number => TypeHint::Number,
            Type::Bool => TypeHint::Bool,
            Type::List(_) | Type::Set(_) | Type::Tuple(_) => TypeHint::Sequence,
            Type::Map(_) | Type::Object(_) => TypeHint::Mapping,
        }
    }
}

impl fmt::Display for Type {
    /// As Terraform's messages name types: `list of string`, `object`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Any => f.write_str("any type"),
            Type::String => f.write_str("string"),
            Type::Number => f.write_str("number"),
            Type::Bool => f.write_str("bool"),
            Type::List(element) => write!(f, "list of {element}"),
            Type::Set(element) => write!(f, "set of {element}"),
            Type::Map(element) => write!(f, "map of {element}"),
            Type::Tuple(_) => f.write_str("tuple"),
            Type::Object(_) => f.write_str("object"),
        }
    }
}

/// The type of a value, [`Type::Any`] where it is not known.
pub fn type_of(value: &Value) -> Type {
    match &value.shape {
        Shape::Null | Shape::Error(_) | Shape::Open(_) | Shape::Resource(_) => Type::Any,
        Shape::Bool(_) => Type::Bool,
        Shape::Number(_) => Type::Number,
        Shape::Text(_) | Shape::Template(_) | Shape::Json(_) => Type::String,
        Shape::Sequence(SequenceKind::Tuple, items) => Type::Tuple(items.iter().map(type_of).collect()),
        Shape::Sequence(kind, items) => {
            let element = common(items.iter());
            if *kind == SequenceKind::Set { Type::set(element) } else { Type::list(element) }
        }
        Shape::Mapping(MappingKind::Map, entries) => Type::map(common(entries.iter().map(|entry| &entry.value))),
        Shape::Mapping(MappingKind::Object, entries) => Type::Object(
            entries
                .iter()
                .map(|entry| ObjectAttribute {
                    name: entry.key.to_string(),
                    ty: type_of(&entry.value),
                    optional: false,
                    default: None,
                })
                .collect(),
        ),
        Shape::Symbol(symbol) if symbol.kind == SymbolKind::Other => Type::Any,
        Shape::Symbol(_) => Type::String,
        Shape::Choice(alternatives) => common(alternatives.iter().map(|alternative| &alternative.value)),
        Shape::Unknown(unknown) => match unknown.hint {
            TypeHint::String => Type::String,
            TypeHint::Number => Type::Number,
            TypeHint::Bool => Type::Bool,
            TypeHint::Any | TypeHint::Sequence | TypeHint::Mapping => Type::Any,
        },
    }
}

fn common<'a>(values: impl Iterator<Item = &'a Value>) -> Type {
    let types: Vec<Type> = values.map(type_of).collect();
    convert::unify_types(&types).unwrap_or(Type::Any)
}

/// Reads a type constraint. `eval_default` evaluates the second argument of `optional(…)`. What cannot be read is
/// [`Type::Any`] and a diagnostic.
pub fn parse(
    document: &Document,
    node: NodeId,
    eval_default: &mut dyn FnMut(NodeId) -> Value,
) -> (Type, Vec<Diagnostic>) {
    let mut reader = Reader { document, eval_default, diagnostics: Vec::new() };
    let ty = reader.read(node, true);
    (ty, reader.diagnostics)
}

struct Reader<'a> {
    document: &'a Document,
    eval_default: &'a mut dyn FnMut(NodeId) -> Value,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn wrong(&mut self, node: NodeId, message: impl Into<String>) -> Type {
        self.diagnostics.push(syntax::syntax_error(self.document.span(node), message));
        Type::Any
    }

    fn read(&mut self, node: NodeId, outermost: bool) -> Type {
        match self.document.node(node) {
            Node::Variable(text) => {
                let word = self.document.text(text);
                match keyword(word) {
                    Some(ty) => ty,
                    None => {
                        let message = format!("\"{word}\" is not a type; write string, number, bool or any here");
                        self.wrong(node, message)
                    }
                }
            }
            Node::String(text) => self.quoted(node, self.document.text(text), outermost),
            Node::Parentheses(inner) => self.read(inner, outermost),
            Node::Call { parts, .. } => {
                let document = self.document;
                match document.children(parts) {
                    [name, arguments @ ..] => self.constructor(node, document.string(*name).unwrap_or(""), arguments),
                    [] => Type::Any,
                }
            }
            Node::Missing => Type::Any,
            _ => self.wrong(node, "this is not a type constraint"),
        }
    }

    /// Terraform 0.11 wrote the words in quotes; JSON writes every type as a string.
    fn quoted(&mut self, node: NodeId, text: &str, outermost: bool) -> Type {
        if outermost && let Some(ty) = keyword(text) {
            return ty;
        }
        match parse_text(text) {
            Some(ty) => ty,
            None => self.wrong(node, format!("\"{text}\" is not a type constraint")),
        }
    }

    fn constructor(&mut self, node: NodeId, name: &str, arguments: &[NodeId]) -> Type {
        match (name, arguments) {
            ("list", [element]) => Type::list(self.read(*element, false)),
            ("set", [element]) => Type::set(self.read(*element, false)),
            ("map", [element]) => Type::map(self.read(*element, false)),
            ("tuple", [elements]) => match self.document.node(*elements) {
                Node::Sequence(children) => {
                    let document = self.document;
                    Type::Tuple(document.children(children).iter().map(|element| self.read(*element, false)).collect())
                }
                _ => self.wrong(*elements, "tuple takes a list of types in brackets"),
            },
            ("object", [attributes]) => self.object(*attributes),
            ("optional", _) => self.wrong(node, "optional is for attributes of an object type"),
            ("list" | "set" | "map" | "tuple" | "object", _) => {
                self.wrong(node, format!("{name} takes one argument, the type of what is in it"))
            }
            _ => self.wrong(node, format!("\"{name}\" is not a type constructor")),
        }
    }

    fn object(&mut self, node: NodeId) -> Type {
        let document = self.document;
        if !matches!(document.node(node), Node::Mapping(_)) {
            return self.wrong(node, "object takes its attributes and their types in braces");
        }
        let mut attributes: Vec<ObjectAttribute> = Vec::new();
        for (key, value) in document.entries(node) {
            let Some(name) = document.string(key) else {
                self.wrong(key, "an attribute's name is a plain word");
                continue;
            };
            let attribute = self.attribute(name, value);
            attributes.retain(|other| other.name != attribute.name);
            attributes.push(attribute);
        }
        attributes.sort_by(|a, b| a.name.cmp(&b.name));
        Type::Object(attributes)
    }

    fn attribute(&mut self, name: &str, node: NodeId) -> ObjectAttribute {
        let document = self.document;
        let mut attribute = ObjectAttribute { name: name.to_owned(), ty: Type::Any, optional: false, default: None };
        if let Node::Call { parts, .. } = document.node(node)
            && let [function, arguments @ ..] = document.children(parts)
            && document.string(*function) == Some("optional")
        {
            attribute.optional = true;
            match arguments {
                [ty] => attribute.ty = self.read(*ty, false),
                [ty, default] => {
                    attribute.ty = self.read(*ty, false);
                    attribute.default = Some((self.eval_default)(*default));
                }
                _ => {
                    self.wrong(node, "optional takes a type, and a default if there is one");
                }
            }
            return attribute;
        }
        attribute.ty = self.read(node, false);
        attribute
    }
}

fn keyword(word: &str) -> Option<Type> {
    Some(match word {
        "string" => Type::String,
        "number" => Type::Number,
        "bool" => Type::Bool,
        "any" => Type::Any,
        "list" => Type::list(Type::Any),
        "set" => Type::set(Type::Any),
        "map" => Type::map(Type::Any),
        _ => return None,
    })
}

/// Reads a type constraint from plain text, as `.tf.json` holds it; `None` if it is none. Defaults of optional
/// attributes are not evaluated: they are unknown.
pub fn parse_text(text: &str) -> Option<Type> {
    let mut scanner = Scanner { rest: text, depth: 0 };
    let ty = scanner.ty()?;
    scanner.blank();
    scanner.rest.is_empty().then_some(ty)
}

struct Scanner<'a> {
    rest: &'a str,
    depth: u32,
}

impl<'a> Scanner<'a> {
    fn blank(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, mark: &str) -> bool {
        self.blank();
        match self.rest.strip_prefix(mark) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn word(&mut self) -> Option<&'a str> {
        self.blank();
        let part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let end = self.rest.find(|c| !part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    fn ty(&mut self) -> Option<Type> {
        self.depth += 1;
        if self.depth > syntax::MAX_DEPTH {
            return None;
        }
        let word = self.word()?;
        let ty = if !self.eat("(") {
            keyword(word)?
        } else {
            let ty = match word {
                "list" => Type::list(self.ty()?),
                "set" => Type::set(self.ty()?),
                "map" => Type::map(self.ty()?),
                "tuple" => self.tuple()?,
                "object" => self.object()?,
                _ => return None,
            };
            if !self.eat(")") {
                return None;
            }
            ty
        };
        self.depth -= 1;
        Some(ty)
    }

    fn tuple(&mut self) -> Option<Type> {
        if !self.eat("[") {
            return None;
        }
        let mut elements = Vec::new();
        while !self.eat("]") {
            elements.push(self.ty()?);
            if !self.eat(",") && !self.rest.trim_start().starts_with(']') {
                return None;
            }
        }
        Some(Type::Tuple(elements))
    }

    fn object(&mut self) -> Option<Type> {
        if !self.eat("{") {
            return None;
        }
        let mut attributes = Vec::new();
        while !self.eat("}") {
            let name = if self.eat("\"") {
                let name = self.word()?;
                self.eat("\"");
                name
            } else {
                self.word()?
            };
            if !self.eat("=") && !self.eat(":") {
                return None;
            }
            attributes.push(self.attribute(name)?);
            self.eat(",");
        }
        attributes.sort_by(|a, b| a.name.cmp(&b.name));
        Some(Type::Object(attributes))
    }

    fn attribute(&mut self, name: &str) -> Option<ObjectAttribute> {
        let mut attribute = ObjectAttribute { name: name.to_owned(), ty: Type::Any, optional: false, default: None };
        let before = self.rest;
        if self.word() == Some("optional") && self.eat("(") {
            attribute.optional = true;
            attribute.ty = self.ty()?;
            if self.eat(",") {
                let unknown = Value::unknown(Reason::DependsOn(format!("the default of {name}").into()));
                attribute.default = Some(unknown);
                self.skip_expression()?;
            }
            return self.eat(")").then_some(attribute);
        }
        self.rest = before;
        attribute.ty = self.ty()?;
        Some(attribute)
    }

    /// Moves to the bracket that closes the one the expression stands in.
    fn skip_expression(&mut self) -> Option<()> {
        let (mut open, mut quoted, mut escaped) = (0u32, false, false);
        for (at, c) in self.rest.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                _ if quoted => {}
                '(' | '[' | '{' => open += 1,
                ')' if open == 0 => {
                    self.rest = self.rest.get(at..)?;
                    return Some(());
                }
                ')' | ']' | '}' => open = open.checked_sub(1)?,
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_from_text() {
        assert_eq!(parse_text("string"), Some(Type::String));
        assert_eq!(parse_text(" list( map(number) ) "), Some(Type::list(Type::map(Type::Number))));
        assert_eq!(parse_text("tuple([string, bool])"), Some(Type::Tuple(vec![Type::String, Type::Bool])));
        let Some(Type::Object(attributes)) =
            parse_text("object({ b = optional(list(string), [\")\"]), a : number, c = optional(any) })")
        else {
            unreachable!("an object type");
        };
        let seen: Vec<_> = attributes.iter().map(|a| (a.name.as_str(), a.optional, a.default.is_some())).collect();
        assert_eq!(seen, [("a", false, false), ("b", true, true), ("c", true, false)]);
        for text in ["", "text", "list(", "list(string", "list(string))", "object({a})", "tuple([string number])"] {
            assert_eq!(parse_text(text), None, "{text}");
        }
        assert_eq!(parse_text(&"list(".repeat(100_000)), None);
    }
}
