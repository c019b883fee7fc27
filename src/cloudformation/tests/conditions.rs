//! Conditions as formulas.

use super::{PRELUDE, evaluate, evaluate_with};
use crate::syntax::Language;
use crate::value::{Formula, Satisfiable};

/// The formula of a condition over the parameters and maps of the prelude.
fn formula(expression: &str) -> String {
    let text = PRELUDE.replace("Resources:", &format!("  Asked: {expression}\nResources:"));
    let text = text.replace("Role: { Type: AWS::IAM::Role }", "Role: { Type: AWS::IAM::Role, Condition: Asked }");
    let evaluated = evaluate(&format!("{text} x\n"));
    assert_eq!(evaluated.findings(), Vec::<String>::new(), "{expression}");
    evaluated.exists("Role")
}

#[test]
fn conditions_are_decided_or_become_formulas() {
    let table = [
        ("!Equals [a, a]", "always"),
        ("!Equals [a, A]", "never"),
        ("!Equals [\"true\", true]", "always"),
        ("!Equals [\"1.50\", 1.50]", "always"),
        ("!Equals [!Ref Env, prod]", "Env=\"prod\""),
        ("!Equals [prod, !Ref Env]", "Env=\"prod\""),
        ("!Equals [!Ref Env, none]", "never"),
        ("!Equals [!Ref Long, \"\"]", "never"),
        ("!Equals [!Ref Name, 'a \"b\"']", "Name=\"a \\\"b\\\"\""),
        ("!Equals [!Ref Flag, true]", "Flag=\"true\""),
        ("!Not [!Equals [!Ref Env, dev]]", "!Env=\"dev\""),
        ("!And [!Condition IsProd, !Condition HasName]", "(Env=\"prod\" & !Name=\"\")"),
        ("!Or [Condition: IsProd, Condition: IsDev]", "(Env=\"prod\" or Env=\"dev\")"),
        ("!And [!Condition IsProd, !Not [!Condition IsProd]]", "never"),
        ("!Equals [!Ref Env, !Ref Env]", "always"),
        (
            "!Equals [!Ref Env, !Ref Name]",
            "((Env=\"dev\" & Name=\"dev\") or (Env=\"test\" & Name=\"test\") or (Env=\"prod\" & Name=\"prod\"))",
        ),
        ("!Equals [!Ref Name, !Ref Suffix]", "Name=Suffix"),
        ("!Equals [!Ref Suffix, !Ref Name]", "Name=Suffix"),
        ("!Equals [!Ref Name, !Ref Long]", "[Equals(Name, Long)]"),
        ("!Equals [!Ref Count, \"\"]", "never"),
        ("!Equals [!Sub \"${Name}-x\", a-x]", "Name=\"a\""),
        ("!Equals [!Sub \"${Name}-x\", a-y]", "never"),
        ("!Equals [!Join [\"-\", [a, !Ref Name]], a-b]", "Name=\"b\""),
        ("!Equals [!Sub \"${Name}${Suffix}\", \"\"]", "(Name=\"\" & Suffix=\"\")"),
        ("!Equals [!Sub \"${Name}${Suffix}\", ab]", "[Equals(Sub(\"${Name}${Suffix}\"), \"ab\")]"),
        ("!Equals [!Sub \"${Env}${Env}\", devdev]", "Env=\"dev\""),
        ("!Equals [!FindInMap [Map, !Ref Env, Service], ec2.amazonaws.com]", "(Env=\"test\" or Env=\"prod\")"),
        ("!Equals [!Select [0, !Split [\"-\", a-b]], a]", "always"),
        ("!Equals [!Select [0, !Split [\"-\", !Ref Name]], pl]", "[Equals(Select(\"0\", Split(\"-\", Name)), \"pl\")]"),
        ("!Equals [!Select [0, !Ref Open], \"\"]", "[Equals(Select(\"0\", Open), \"\")]"),
        ("!Equals [!Join [\"\", !Ref Open], \"\"]", "Open=\"\""),
        ("!Equals [!Ref AWS::URLSuffix, amazonaws.com.cn]", "AWS::Partition=\"aws-cn\""),
        ("!Equals [!Ref Latest, x]", "Latest=\"x\""),
        ("!Equals [a]", "[Equals(\"a\")]"),
    ];
    for (expression, expected) in table {
        assert_eq!(formula(expression), expected, "{expression}");
    }
}

#[test]
fn opaque_conditions_mention_what_decides_them() {
    let text = PRELUDE.replace("Resources:", "  Asked: !Equals [!Sub \"${Name}${Suffix}\", ab]\nResources:");
    let evaluated = evaluate(&format!("{text}!If [Asked, a, b]\n"));
    let value = evaluated.configuration.resources.iter().find_map(|one| one.value("Value")).unwrap().clone();
    let crate::value::Shape::Choice(all) = &value.shape else { panic!("{value:?}") };
    let mut atoms = Default::default();
    all[0].guard.atoms(&mut atoms);
    let mentions: Vec<_> =
        atoms.iter().flat_map(|id| evaluated.configuration.atoms.get(*id).mentions.to_vec()).collect();
    assert_eq!(mentions, ["Name".into(), "Suffix".into()] as [std::sync::Arc<str>; 2]);
}

#[test]
fn circles_and_unknown_names_are_found() {
    let text = "
Conditions:
  A: !Not [!Condition B]
  B: !And [!Condition A, !Condition Missing]
  Mising: !Equals [a, a]
Resources:
  Role: { Type: AWS::IAM::Role, Condition: Al, Properties: { Path: !If [Nope, a, b] } }
";
    assert_eq!(
        evaluate(text).findings(),
        [
            "circular-reference at \"A\": the condition `A` depends on itself; break the circle at one of its conditions",
            "unresolved-reference at \"Missing\": `Missing` is not a condition of this template; did you mean `Mising`?",
            "unresolved-reference at \"Al\": `Al` is not a condition of this template; did you mean `A`?",
            "unresolved-reference at \"Nope\": `Nope` is not a condition of this template; declare it under \
             `Conditions`, or correct the name",
        ]
    );
}

#[test]
fn a_circle_is_told_once() {
    let evaluated =
        evaluate("Conditions:\n  A: !And [!Condition A, !Not [!Condition A], !Condition A]\nResources: {}\n");
    assert_eq!(evaluated.findings().len(), 1);
}

#[test]
fn rules_exclude_deployments() {
    let text = "
Parameters:
  Env: { Type: String, AllowedValues: [dev, prod] }
  Use: { Type: String, AllowedValues: ['yes', 'no'] }
  Size: { Type: String }
Rules:
  ProdUses:
    RuleCondition: !Equals [!Ref Env, prod]
    Assertions: [{ Assert: !Equals [!Ref Use, 'yes'] }]
  Sizes:
    Assertions: [{ Assert: { Fn::Contains: [[small, large], !Ref Size] } }]
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  Unused: !Equals [!Ref Use, 'no']
  Medium: !Equals [!Ref Size, medium]
  Small: !Equals [!Ref Size, small]
Resources:
  A: { Type: AWS::IAM::Role, Condition: IsProd }
  B: { Type: AWS::IAM::Role, Condition: Unused }
  C: { Type: AWS::IAM::Role, Condition: Medium }
  D: { Type: AWS::IAM::Role, Condition: Small }
";
    let evaluated = evaluate(text);
    let exists = |name: &str| {
        evaluated.configuration.resources.iter().find(|one| &*one.name == name).map(|one| one.exists.clone()).unwrap()
    };
    let can = |formula: Formula| evaluated.configuration.atoms.satisfiable(&formula) != Satisfiable::No;
    assert!(!can(Formula::and([exists("A"), exists("B")])));
    assert!(can(Formula::and([!exists("A"), exists("B")])));
    assert!(!can(exists("C")));
    assert!(can(exists("D")));
}

/// Which of the combinations of the template's conditions `A`, `B`, … can be, as digits in their order.
fn combinations(text: &str) -> Vec<String> {
    let names: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("  ")?.split_once(": !")).map(|one| one.0).collect();
    let mut text = format!("{text}Resources:\n");
    names.iter().for_each(|name| text.push_str(&format!("  {name}: {{ Type: AWS::IAM::Role, Condition: {name} }}\n")));
    let evaluated = evaluate(&text);
    let exists: Vec<Formula> = evaluated.configuration.resources.iter().map(|one| one.exists.clone()).collect();
    (0..1 << names.len())
        .rev()
        .filter_map(|bits: usize| {
            let holds = |index: usize| bits >> (names.len() - 1 - index) & 1 == 1;
            let all =
                exists.iter().enumerate().map(|(index, one)| if holds(index) { one.clone() } else { !one.clone() });
            match evaluated.configuration.atoms.satisfiable(&Formula::and(all)) {
                Satisfiable::Yes(_) => {
                    Some((0..names.len()).map(|index| if holds(index) { '1' } else { '0' }).collect())
                }
                Satisfiable::No => None,
                Satisfiable::Undecided => panic!("{bits:b} is not decided"),
            }
        })
        .collect()
}

#[test]
fn combinations_are_those_that_can_be() {
    let parameters = "
Parameters:
  P: { Type: String }
  Q: { Type: String }
  Env: { Type: String, AllowedValues: [dev, test, prod] }
  Tier: { Type: String, AllowedPattern: '[a-z]+' }
  Size: { Type: Number, MinValue: 1, MaxValue: 9 }
";
    for (conditions, expected) in [
        // One parameter compared with another, and with a literal.
        ("  A: !Equals [!Ref P, !Ref Q]\n  B: !Equals [!Ref P, x]\n", vec!["11", "10", "01", "00"]),
        (
            "  A: !Equals [!Ref P, !Ref Q]\n  B: !Equals [!Ref P, x]\n  C: !Equals [!Ref Q, x]\n",
            vec!["111", "100", "010", "001", "000"],
        ),
        // Booleans are text.
        (
            "  A: !Equals [\"true\", true]\n  B: !Equals [!Ref P, true]\n  C: !Equals [!Ref P, \"true\"]\n",
            vec!["111", "100"],
        ),
        // Text around a parameter.
        ("  A: !Equals [!Ref P, x]\n  B: !Equals [!Join ['', [!Ref P, '1']], x1]\n", vec!["11", "00"]),
        (
            "  A: !Equals [!Ref Env, dev]\n  B: !Equals [!Ref Env, test]\n  C: !Equals [!Ref Env, prod]\n",
            vec!["100", "010", "001"],
        ),
        (
            "  A: !Equals [!Ref Tier, web]\n  B: !Equals [!Ref Tier, '']\n  C: !Equals [!Ref Tier, Web]\n",
            vec!["100", "000"],
        ),
        (
            "  A: !Equals [!Ref Size, 3]\n  B: !Equals [!Ref Size, 12]\n  C: !Equals [!Ref Size, none]\n",
            vec!["100", "000"],
        ),
        (
            "  A: !Equals [!Ref AWS::Region, cn-north-1]\n  B: !Equals [!Ref AWS::URLSuffix, amazonaws.com]\n",
            vec!["10", "01", "00"],
        ),
        ("  A: !Equals [!Ref P, !Ref 'AWS::Region']\n  B: !Equals [!Ref P, us-east-1]\n", vec!["11", "10", "01", "00"]),
    ] {
        assert_eq!(combinations(&format!("{parameters}Conditions:\n{conditions}")), expected, "{conditions}");
    }
}

#[test]
fn what_no_map_has_is_not_deployed() {
    let text = "
Parameters:
  Env: { Type: String }
Mappings:
  Services: { dev: { name: ec2.amazonaws.com }, prod: { name: ec2.amazonaws.com } }
Conditions:
  Other: !Not [!Or [!Equals [!Ref Env, dev], !Equals [!Ref Env, prod]]]
Resources:
  Thing: { Type: AWS::EC2::Instance, Properties: { Value: !FindInMap [Services, !Ref Env, name] } }
  Else: { Type: AWS::EC2::Instance, Condition: Other }
";
    let evaluated = evaluate(text);
    let other = evaluated.configuration.resources.iter().find(|one| &*one.name == "Else").unwrap().exists.clone();
    assert_eq!(evaluated.configuration.atoms.satisfiable(&other), Satisfiable::No);
    // A map that has no entry at all is another mistake, and not a reason to say nothing of anything.
    let evaluated = evaluate(&text.replace("!Ref Env, name", "none, name"));
    assert!(matches!(evaluated.configuration.atoms.satisfiable(&other), Satisfiable::Yes(_)));
}

#[test]
fn a_region_lies_in_one_partition() {
    let text = "
Conditions:
  China: !Equals [!Ref AWS::Region, cn-north-1]
  Standard: !Equals [!Ref AWS::Partition, aws]
Resources:
  A: { Type: AWS::IAM::Role, Condition: China }
  B: { Type: AWS::IAM::Role, Condition: Standard }
";
    let evaluated = evaluate(text);
    let both = Formula::and(evaluated.configuration.resources.iter().map(|one| one.exists.clone()));
    assert_eq!(evaluated.configuration.atoms.satisfiable(&both), Satisfiable::No);
}

#[test]
fn given_parameters_decide_conditions() {
    let text = format!("{PRELUDE}!If [IsProd, a, !If [HasName, b, c]]\n");
    let decide = |given: &[(&str, &str)]| evaluate_with(&text, Language::Yaml, given).property("Thing", "Value");
    assert_eq!(decide(&[("Env", "prod")]), "'a'");
    assert_eq!(decide(&[("Env", "dev"), ("Name", "")]), "'c'");
    assert_eq!(decide(&[("Env", "dev")]), "(!Name=\"\": 'b' | Name=\"\": 'c')");
}

/// Whether a formula holds when parameters have these values.
fn holds(evaluated: &super::Evaluated, formula: &Formula, values: &[(&str, &str)]) -> bool {
    use crate::value::guard::AtomKind;
    match formula {
        Formula::True => true,
        Formula::False => false,
        Formula::Not(inner) => !holds(evaluated, inner, values),
        Formula::And(parts) => parts.iter().all(|part| holds(evaluated, part, values)),
        Formula::Or(parts) => parts.iter().any(|part| holds(evaluated, part, values)),
        Formula::Atom(atom) => match &evaluated.configuration.atoms.get(*atom).kind {
            AtomKind::Equals { subject, literal } => {
                let value = values.iter().find(|(name, _)| **name == **subject).map(|(_, value)| *value);
                super::super::equality::quoted(value.unwrap()) == *literal
            }
            other => panic!("{other:?} is not decided"),
        },
    }
}

#[test]
fn formulas_agree_with_every_deployment() {
    let text = "
Parameters:
  A: { Type: String, AllowedValues: [x, y, xy, ''], Default: x }
  B: { Type: String, AllowedValues: [x, y, yx], Default: y }
  C: { Type: String, AllowedValues: ['true', 'false'], Default: 'true' }
Mappings:
  M:
    x: { x: one, y: two, yx: one }
    y: { x: two, y: one, yx: x }
    xy: { x: xy, y: '', yx: yx }
    '': { x: x, y: y, yx: 'true' }
Conditions:
  C0: !Equals [!Ref A, !Ref B]
  C1: !Equals [!Sub '${A}${B}', xyx]
  C2: !Equals [!Join ['', [!Ref A, '-', !Ref B]], !Sub '${B}-${A}']
  C3: !Equals [!FindInMap [M, !Ref A, !Ref B], one]
  C4: !Equals [!FindInMap [M, !Ref A, !Ref B], !Ref A]
  C5: !Equals [!Ref C, true]
  C6: !And [!Condition C0, !Not [!Condition C5]]
  C7: !Or [!Condition C3, !And [!Condition C4, !Condition C5], !Not [!Or [!Condition C1, !Condition C2]]]
  C8: !Equals [!Sub 'x${A}', !Sub '${A}x']
  C9: !Equals [!Sub 'p-${A}-${C}', p-y-false]
  C10: !Equals [!Select [1, [a, !Ref A]], !Sub '${B}']
Resources:
";
    let mut text = text.to_owned();
    (0..11).for_each(|index| text.push_str(&format!("  R{index}: {{ Type: AWS::IAM::Role, Condition: C{index} }}\n")));
    let open = evaluate(&text);
    assert_eq!(open.findings(), Vec::<String>::new());
    for a in ["x", "y", "xy", ""] {
        for b in ["x", "y", "yx"] {
            for c in ["true", "false"] {
                let values = [("A", a), ("B", b), ("C", c)];
                let given = evaluate_with(&text, Language::Yaml, &values);
                for (one, other) in open.configuration.resources.iter().zip(&given.configuration.resources) {
                    let decided = match other.exists {
                        Formula::True => true,
                        Formula::False => false,
                        ref undecided => panic!("{undecided:?} with everything given"),
                    };
                    assert_eq!(holds(&open, &one.exists, &values), decided, "{} with {values:?}", one.name);
                }
            }
        }
    }
}
