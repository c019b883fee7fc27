//! What functions keep of values that are known in part, and what they must not claim.

use std::sync::Arc;

use rolecall::files::{File, Files};
use rolecall::syntax::Document;
use rolecall::terraform::convert::{convert, to_string};
use rolecall::terraform::functions::{self, Context};
use rolecall::terraform::types::{ObjectAttribute, Type};
use rolecall::text::{SourceId, Span};
use rolecall::value::choice::{Alternative, choose};
use rolecall::value::{
    AtomId, Entry, Formula, Marks, Open, Reason, ResourceId, Segment, SequenceKind, Shape, Symbol, SymbolKind, Value,
    Written, concatenate,
};

struct Nothing;

impl Files for Nothing {
    fn file(&self, path: &str) -> File {
        match path {
            "root/trust.json" => File::Text(SourceId(3), "{}\n".into()),
            _ => File::Pending,
        }
    }

    fn directory(&self, _: &str) -> Option<Vec<Arc<str>>> {
        None
    }

    fn document(&self, _: SourceId) -> Option<Arc<Document>> {
        None
    }

    fn path(&self, _: SourceId) -> Arc<str> {
        "".into()
    }
}

fn span() -> Span {
    Span::new(SourceId(0), 10, 20)
}

fn call(name: &str, arguments: &[Value]) -> Value {
    functions::call(
        name,
        arguments,
        span(),
        &Context { files: &Nothing, root: "root", of_iam: &|resource| resource.0 < 50 },
    )
}

fn symbol(resource: u32, kind: SymbolKind) -> Value {
    let attribute = match kind {
        SymbolKind::Name => "name",
        SymbolKind::Arn => "arn",
        _ => "other",
    };
    Value::symbol(Symbol { resource: ResourceId(resource), kind, attribute: attribute.into() })
}

fn name() -> Value {
    symbol(1, SymbolKind::Name)
}

fn arn() -> Value {
    symbol(1, SymbolKind::Arn)
}

fn unknown() -> Value {
    Value::unknown(Reason::Variable("var.x".into()))
}

fn text(text: &str) -> Value {
    Value::text(text)
}

fn tuple(items: &[Value]) -> Value {
    Value::tuple(items.to_vec())
}

fn object(entries: &[(&str, Value)]) -> Value {
    let entry = |(key, value): &(&str, Value)| Entry { key: (*key).into(), key_span: None, value: value.clone() };
    Value::object(entries.iter().map(entry).collect())
}

fn either(yes: Value, no: Value) -> Value {
    let atom = Formula::Atom(AtomId(0));
    choose([Alternative { guard: atom.clone(), value: yes }, Alternative { guard: !atom, value: no }])
}

fn open(element: Value, exists: Option<AtomId>, keyed: bool) -> Value {
    Shape::Open(Open { element, exists, keyed }.into()).into()
}

/// A short text for a shape, so that expectations can be read.
fn show(value: &Value) -> String {
    let symbol = |symbol: &Symbol| format!("<{:?} {}>", symbol.kind, symbol.resource.0);
    match &value.shape {
        Shape::Null => "null".into(),
        Shape::Bool(value) => value.to_string(),
        Shape::Number(number) => number.to_string(),
        Shape::Text(text) => format!("{text:?}"),
        Shape::Template(segments) => {
            // Neighbouring literals may be written in different places and are not one segment then.
            let mut parts: Vec<String> = Vec::new();
            let mut literal = String::new();
            for segment in segments.iter() {
                match segment {
                    Segment::Literal { text, .. } => literal.push_str(text),
                    Segment::Value(value) => {
                        if !literal.is_empty() {
                            parts.push(format!("{:?}", std::mem::take(&mut literal)));
                        }
                        parts.push(show(value));
                    }
                }
            }
            if !literal.is_empty() {
                parts.push(format!("{literal:?}"));
            }
            parts.join("+")
        }
        Shape::Json(value) => format!("json({})", show(value)),
        Shape::Sequence(kind, items) => {
            let prefix = match kind {
                SequenceKind::List => "list",
                SequenceKind::Set => "set",
                SequenceKind::Tuple => "",
            };
            format!("{prefix}[{}]", items.iter().map(show).collect::<Vec<_>>().join(", "))
        }
        Shape::Mapping(_, entries) => {
            let entry = |entry: &Entry| format!("{}={}", entry.key, show(&entry.value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Shape::Open(open) => format!("open({})", show(&open.element)),
        Shape::Resource(id) => format!("resource {}", id.0),
        Shape::Symbol(of) => symbol(of),
        Shape::Choice(alternatives) => alternatives.iter().map(|one| show(&one.value)).collect::<Vec<_>>().join(" or "),
        Shape::Unknown(unknown) if unknown.may.is_empty() => "?".into(),
        Shape::Unknown(unknown) => format!("?({})", unknown.may.iter().map(symbol).collect::<Vec<_>>().join(" ")),
        Shape::Error(_) => "error".into(),
    }
}

#[track_caller]
fn gives(name: &str, arguments: &[Value], wanted: &str) {
    assert_eq!(show(&call(name, arguments)), wanted, "{name}");
}

#[test]
fn texts_keep_the_references_in_them() {
    gives("format", &[text("%s-%s"), text("a"), name()], "\"a-\"+<Name 1>");
    gives("format", &[text("%s"), name()], "<Name 1>");
    gives("format", &[text("%5s"), name()], "?(<Name 1>)");
    gives("format", &[text("%d-%s"), unknown(), name()], "?+\"-\"+<Name 1>");
    gives("formatlist", &[text("x-%s"), tuple(&[name(), text("b")])], "list[\"x-\"+<Name 1>, \"x-b\"]");
    gives("join", &[text(","), tuple(&[name(), text("b"), arn()])], "<Name 1>+\",b,\"+<Arn 1>");
    gives("join", &[text(""), tuple(&[name()])], "<Name 1>");
    gives("join", &[text(","), unknown()], "?");
    gives("replace", &[name(), text("/"), text("-")], "<Name 1>");
    gives("replace", &[concatenate(vec![text("a/"), name()]), text("/"), text("-")], "\"a-\"+<Name 1>");
    gives("trimspace", &[concatenate(vec![text(" a"), name(), text(" ")])], "\"a\"+<Name 1>");
    gives("trimprefix", &[concatenate(vec![text("role/"), name()]), text("role/")], "<Name 1>");
    gives("split", &[text("/"), concatenate(vec![text("role/"), name()])], "list[\"role\", <Name 1>]");
    gives("regex", &[text("[^/]+$"), concatenate(vec![text("role/"), name()])], "<Name 1>");
    gives("substr", &[concatenate(vec![text("abc"), name()]), Value::int(0), Value::int(2)], "\"ab\"");
    gives("base64encode", &[name()], "?(<Name 1>)");
    gives("md5", &[concatenate(vec![text("a"), name()])], "?(<Name 1>)");
    gives("concat", &[tuple(&[name()]), tuple(&[text("")])], "[<Name 1>, \"\"]");
}

#[test]
fn nothing_is_claimed_of_a_name_that_may_not_hold() {
    gives("lower", &[name()], "?(<Name 1>)");
    gives("lower", &[concatenate(vec![text("ABC-"), name()])], "\"abc-\"+?(<Name 1>)");
    gives("upper", &[concatenate(vec![unknown(), text("-x")])], "?+\"-X\"");
    gives("trimprefix", &[name(), text("app-")], "?(<Name 1>)");
    gives("trimsuffix", &[name(), text("-role")], "?(<Name 1>)");
    gives("replace", &[name(), text("dev"), text("prod")], "?(<Name 1>)");
    gives("replace", &[name(), text("/-dev$/"), text("")], "?(<Name 1>)");
    gives("replace", &[name(), text("_"), text("-")], "?(<Name 1>)");
    gives("substr", &[name(), Value::int(0), Value::int(32)], "?(<Name 1>)");
    gives("substr", &[name(), Value::int(0), Value::int(64)], "<Name 1>");
    gives("split", &[text("-"), name()], "?(<Name 1>)");
    gives("split", &[text(","), concatenate(vec![text("a,"), unknown()])], "?");
    gives("startswith", &[name(), text("app")], "?(<Name 1>)");
    gives("strcontains", &[name(), text("/")], "false");
    gives("startswith", &[arn(), text("arn:")], "true");
    gives("startswith", &[arn(), text("arn:aws:")], "?(<Arn 1>)");
    gives("startswith", &[concatenate(vec![text("arn:"), unknown()]), text("arn:")], "true");
    gives("regexall", &[text("^arn:"), arn()], "list[\"arn:\"]");
    gives("length", &[name()], "?(<Name 1>)");
}

#[test]
fn a_name_comes_out_of_an_arn_only_where_any_path_allows_it() {
    gives("basename", &[arn()], "<Name 1>");
    gives("replace", &[arn(), text("/^.*\\//"), text("")], "<Name 1>");
    gives("regex", &[text("[^/]+$"), arn()], "<Name 1>");
    gives("regex", &[text("/([^/]*)$"), arn()], "[<Name 1>]");
    gives("split", &[text("/"), arn()], "?(<Arn 1>)");
    gives("replace", &[arn(), text("/^.*:role\\//"), text("")], "?(<Arn 1>)");
    gives("provider::aws::trim_iam_role_path", &[arn()], "?(<Arn 1>)");
    // The ARN of another service may be of any.
    let elsewhere = symbol(60, SymbolKind::Arn);
    gives("regexall", &[text(".*:kinesis:.*"), arn()], "list[]");
    gives("regexall", &[text(".*:kinesis:.*"), elsewhere.clone()], "?(<Arn 60>)");
    gives("startswith", &[elsewhere.clone(), text("arn:")], "true");
    gives("startswith", &[elsewhere, text("arn:aws:sqs:")], "?(<Arn 60>)");
    let parsed = call("provider::aws::arn_parse", &[arn()]);
    assert_eq!(show(parsed.get("service").unwrap()), "\"iam\"");
    assert_eq!(show(parsed.get("region").unwrap()), "\"\"");
    assert!(show(parsed.get("resource").unwrap()).ends_with("?(<Arn 1>)"));
    let built = call(
        "provider::aws::arn_build",
        &[text("aws"), text("iam"), text(""), text("123456789012"), concatenate(vec![text("role/"), name()])],
    );
    assert_eq!(show(&built), "\"arn:aws:iam::123456789012:role/\"+<Name 1>");
}

#[test]
fn collections_keep_their_elements() {
    let list = tuple(&[name(), text("b"), unknown()]);
    gives("element", &[list.clone(), Value::int(3)], "<Name 1>");
    gives("element", &[list.clone(), unknown()], "?(<Name 1>)");
    gives("element", &[tuple(&[name(), name()]), unknown()], "<Name 1>");
    gives("length", std::slice::from_ref(&list), "3");
    gives("contains", &[list.clone(), text("b")], "true");
    gives("contains", &[list.clone(), text("c")], "?(<Name 1>)");
    gives("contains", &[tuple(&[arn()]), text("c")], "false");
    gives("contains", &[tuple(&[name()]), name()], "true");
    gives("index", &[tuple(&[text("a"), name()]), text("a")], "0");
    gives("reverse", std::slice::from_ref(&list), "[?, \"b\", <Name 1>]");
    gives("slice", &[list.clone(), Value::int(0), Value::int(2)], "[<Name 1>, \"b\"]");
    gives("compact", &[tuple(&[name(), text(""), Value::null()])], "list[<Name 1>]");
    gives("distinct", &[tuple(&[name(), text("b"), name()])], "list[<Name 1>, \"b\"]");
    gives("flatten", &[tuple(&[tuple(&[name()]), text("b")])], "[<Name 1>, \"b\"]");
    gives("sort", &[tuple(&[name(), text("b")])], "set[<Name 1>, \"b\"]");
    gives("element", &[call("sort", &[tuple(&[name(), text("b")])]), Value::int(0)], "?(<Name 1>)");
    gives("toset", &[tuple(&[name(), name()])], "set[<Name 1>]");
    gives("length", &[call("toset", &[tuple(&[name(), symbol(2, SymbolKind::Name)])])], "?(<Name 1> <Name 2>)");
    gives("merge", &[object(&[("a", name())]), object(&[("b", unknown())])], "{a=<Name 1>, b=?}");
    gives("merge", &[object(&[("a", name())]), unknown()], "?(<Name 1>)");
    gives("lookup", &[object(&[("a", name())]), text("a"), text("d")], "<Name 1>");
    gives("lookup", &[object(&[("a", name())]), unknown(), text("d")], "?(<Name 1>)");
    gives("zipmap", &[tuple(&[text("k")]), tuple(&[name()])], "{k=<Name 1>}");
    gives("values", &[object(&[("a", name())])], "[<Name 1>]");
    gives("one", &[tuple(&[name()])], "<Name 1>");
    gives("coalesce", &[name(), text("x")], "<Name 1>");
    gives("coalesce", &[text(""), name()], "<Name 1>");
    gives("coalesce", &[unknown(), name()], "?(<Name 1>)");
    gives("coalesce", &[concatenate(vec![text("a"), unknown()]), text("b")], "\"a\"+?");
    gives("coalescelist", &[tuple(&[]), tuple(&[name()])], "[<Name 1>]");
    gives("setsubtract", &[tuple(&[name(), arn()]), tuple(&[name()])], "?(<Name 1> <Arn 1>)");
    gives("alltrue", &[tuple(&[unknown(), Value::bool(false)])], "false");
    gives("tolist", &[tuple(&[name(), Value::int(1)])], "list[<Name 1>, \"1\"]");
    gives("upper", &[unknown()], "?");
    gives("nosuch", &[name()], "?(<Name 1>)");
}

#[test]
fn open_collections_collapse_by_their_condition() {
    let some = open(name(), Some(AtomId(5)), false);
    let free = open(name(), None, false);
    gives("one", std::slice::from_ref(&some), "<Name 1> or null");
    gives("one", std::slice::from_ref(&free), "?(<Name 1>)");
    gives("join", &[text(""), some.clone()], "<Name 1> or \"\"");
    gives("join", &[text(""), free.clone()], "?(<Name 1>)");
    gives("element", &[some.clone(), Value::int(0)], "<Name 1> or error");
    gives("element", &[free.clone(), Value::int(0)], "<Name 1>");
    let padded = call("concat", &[some.clone(), tuple(&[text("")])]);
    assert_eq!(show(&padded), "[\"\"] or [<Name 1>, \"\"]");
    gives("element", &[padded, Value::int(0)], "\"\" or <Name 1>");
    gives("concat", &[free.clone(), tuple(&[text("")])], "open(?(<Name 1>))");
    gives("flatten", &[tuple(std::slice::from_ref(&free))], "open(<Name 1>)");
    gives("values", &[open(name(), None, true)], "open(<Name 1>)");
    gives("keys", &[open(name(), None, true)], "open(?)");
    gives("coalescelist", &[some, tuple(&[text("d")])], "open(<Name 1>) or [\"d\"]");
    gives("length", &[free], "?(<Name 1>)");
    gives("toset", &[open(name(), None, false)], "open(<Name 1>)");
}

#[test]
fn choices_are_followed_wherever_they_are() {
    let role = either(name(), text(""));
    gives("upper", &[either(text("a"), text("b"))], "\"A\" or \"B\"");
    gives("compact", &[tuple(std::slice::from_ref(&role))], "list[<Name 1>] or list[]");
    gives("join", &[text("-"), tuple(&[role.clone(), text("x")])], "<Name 1>+\"-x\" or \"-x\"");
    gives("coalesce", &[role.clone(), text("d")], "<Name 1> or \"d\"");
    gives("concat", &[tuple(std::slice::from_ref(&role)), tuple(&[])], "[<Name 1> or \"\"]");
    gives("contains", &[tuple(&[either(text("a"), text("b"))]), text("a")], "true or false");
    gives("flatten", &[tuple(&[either(tuple(&[name()]), tuple(&[]))])], "[<Name 1>] or []");
    gives("jsonencode", &[tuple(std::slice::from_ref(&role))], "json([<Name 1> or \"\"])");
    // The two are decided by one condition, so they are never both empty.
    let pair = tuple(&[role, either(text(""), text("b"))]);
    gives("compact", &[pair], "list[<Name 1>] or list[\"b\"]");
    let many: Vec<Value> = (0..10)
        .map(|index| {
            let atom = Formula::Atom(AtomId(index));
            let alternative = |guard, value| Alternative { guard, value };
            choose([alternative(atom.clone(), symbol(index, SymbolKind::Name)), alternative(!atom, text(""))])
        })
        .collect();
    let Shape::Unknown(too_many) = call("compact", &[tuple(&many)]).shape else { unreachable!("too many cases") };
    assert_eq!((&too_many.reason, too_many.may.len()), (&Reason::TooMany, 10));
}

#[test]
fn json_stays_structured() {
    let policy = object(&[("Principal", object(&[("AWS", arn())]))]);
    let encoded = call("jsonencode", std::slice::from_ref(&policy));
    assert_eq!(show(&encoded), "json({Principal={AWS=<Arn 1>}})");
    assert_eq!(show(&call("jsondecode", std::slice::from_ref(&encoded))), "{Principal={AWS=<Arn 1>}}");
    gives("trimspace", std::slice::from_ref(&encoded), "json({Principal={AWS=<Arn 1>}})");
    gives("base64encode", &[call("jsonencode", &[text("a")])], "\"ImEi\"");
    gives("coalesce", &[encoded.clone(), text("x")], "json({Principal={AWS=<Arn 1>}})");
    gives("md5", &[encoded], "?(<Arn 1>)");
}

#[test]
fn marks_and_places_are_kept() {
    let assumed = Marks { assumed: true, ..Marks::default() };
    let sensitive = Marks { sensitive: true, ..Marks::default() };
    let joined = call("join", &[text(","), tuple(&[text("a").marked(assumed), text("b").marked(sensitive)])]);
    assert_eq!(joined.marks, assumed.with(sensitive));
    let merged = call("merge", &[object(&[("a", text("x").marked(sensitive))])]);
    assert_eq!(merged.marks, Marks::default());
    assert!(merged.get("a").unwrap().marks.sensitive);
    assert!(!call("nonsensitive", &[text("a").marked(sensitive)]).marks.sensitive);
    assert_eq!(call("issensitive", &[text("a").marked(sensitive)]), Value::bool(true).at(span()));

    let written = Span::new(SourceId(1), 0, 3);
    let alias = Symbol { resource: ResourceId(4), kind: SymbolKind::Name, attribute: "name".into() };
    let app = Value { alias: Some(alias.into()), ..text("app").at(written) };
    let kept = call("element", &[tuple(std::slice::from_ref(&app)), Value::int(0)]);
    assert_eq!((kept.span, kept.alias.clone()), (Some(written), app.alias.clone()));
    assert_eq!(kept.path.as_deref().map(|hop| hop.span), Some(span()));
    assert_eq!(call("trimspace", std::slice::from_ref(&app)).alias, app.alias);
    assert_eq!(call("upper", std::slice::from_ref(&app)).alias, None);
    assert_eq!(call("format", &[text("%s"), app.clone()]).alias, app.alias);
    assert_eq!(call("upper", &[app]).span, Some(span()));
}

#[test]
fn files_are_read_inside_the_workspace_only() {
    let read = call("file", &[text("trust.json")]);
    assert_eq!(read.written, Written::Verbatim(Span::new(SourceId(3), 0, 3)));
    for path in ["other.json", "../../x", "/etc/passwd", "~/x"] {
        let Shape::Unknown(unknown) = call("file", &[text(path)]).shape else { unreachable!("{path}") };
        assert_eq!(unknown.reason, Reason::File(path.into()));
    }
    assert_eq!(show(&call("file", &[text("sub/../trust.json")])), "\"{}\\n\"");
    gives("pathexpand", &[text("~/x")], "?");
    gives("fileexists", &[text("x")], "?");
    gives("timestamp", &[], "?");
}

fn attribute(name: &str, ty: Type, optional: bool, default: Option<Value>) -> ObjectAttribute {
    ObjectAttribute { name: name.into(), ty, optional, default }
}

#[test]
fn conversion_fills_in_defaults_and_follows_choices() {
    let inner = Type::Object(vec![attribute("x", Type::Number, true, Some(Value::int(1)))]);
    let ty = Type::Object(vec![
        attribute("a", Type::String, true, Some(text("d"))),
        attribute("b", Type::Bool, true, None),
        attribute("c", inner, true, Some(object(&[]))),
    ]);
    assert_eq!(show(&convert(&object(&[("z", text("dropped"))]), &ty)), "{a=\"d\", b=null, c={x=1}}");
    assert_eq!(show(&convert(&object(&[("a", Value::null())]), &ty)), "{a=\"d\", b=null, c={x=1}}");
    assert_eq!(
        show(&convert(&object(&[("a", either(Value::null(), Value::int(5)))]), &ty)),
        "{a=\"d\" or \"5\", b=null, c={x=1}}"
    );
    assert_eq!(show(&convert(&object(&[("b", text("maybe"))]), &ty)), "error");
    let required = Type::Object(vec![attribute("a", Type::String, false, None)]);
    assert_eq!(show(&convert(&object(&[]), &required)), "error");
    assert_eq!(
        show(&convert(&tuple(&[text("b"), text("a"), text("b")]), &Type::set(Type::String))),
        "set[\"a\", \"b\"]"
    );
    assert_eq!(show(&convert(&name(), &Type::list(Type::String))), "error");
    assert_eq!(show(&convert(&symbol(1, SymbolKind::Other), &Type::list(Type::String))), "<Other 1>");
    assert_eq!(show(&convert(&unknown(), &Type::list(Type::String))), "?");
    assert_eq!(show(&convert(&Value::null(), &Type::String)), "null");
    assert_eq!(show(&to_string(&Value::null())), "error");
    assert_eq!(show(&to_string(&either(Value::int(1), name()))), "\"1\" or <Name 1>");
    assert_eq!(show(&to_string(&tuple(&[]))), "error");
}

#[test]
fn no_arguments_make_a_function_panic() {
    let deep = (0..300).fold(text("x"), |inner, _| tuple(&[inner]));
    let number = |text: &str| Value::number(rolecall::value::Number::parse(text).unwrap());
    let values = [
        Value::null(),
        Value::bool(true),
        Value::int(0),
        Value::int(i64::MIN),
        Value::int(i64::MAX),
        number("-1.5"),
        number("1e400"),
        number("1e-400"),
        text(""),
        text("é/\u{301}%[1]s%*%-+#99999999999d{{a[\\\"'\n: - &x *x"),
        text("2020-01-01T00:00:00Z"),
        text("10.0.0.0/8"),
        text("/((a*)*b/"),
        text("-9223372036854775808h"),
        name(),
        arn(),
        symbol(2, SymbolKind::Other),
        unknown(),
        concatenate(vec![text("é"), name(), text("é")]),
        either(name(), Value::null()),
        tuple(&[]),
        tuple(&[either(text("a"), Value::int(1)), Value::null(), unknown()]),
        object(&[("k", name()), ("l", tuple(&[text("v")]))]),
        open(name(), Some(AtomId(1)), false),
        open(unknown(), None, true),
        Shape::Json(Arc::new(object(&[("k", unknown())]))).into(),
        Shape::Resource(ResourceId(0)).into(),
        Value::error("failed"),
        deep,
    ];
    assert!(functions::names().count() > 118);
    for function in functions::names() {
        assert!(functions::exists(function));
        call(function, &[]);
        for (index, a) in values.iter().enumerate() {
            call(function, std::slice::from_ref(a));
            for (step, b) in values.iter().enumerate() {
                call(function, &[a.clone(), b.clone()]);
                // A third argument that is another one for every pair.
                let c = &values[(index * 7 + step * 3 + 1) % values.len()];
                call(function, &[a.clone(), b.clone(), c.clone()]);
            }
        }
    }
}
