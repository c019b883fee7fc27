//! References to resources that a condition leaves out.

use super::evaluate;

/// When `Profile`, which is made only for production, is said to be referred to without being made, if it is.
fn absences(rest: &str) -> Vec<String> {
    let text = format!(
        "
Parameters:
  Env: {{ Type: String, AllowedValues: [dev, test, prod] }}
  Tier: {{ Type: String, AllowedValues: [web, worker], Default: web }}
  Free: {{ Type: String, Default: '' }}
  Zones: {{ Type: CommaDelimitedList }}
Rules:
  WorkersAreInProduction:
    RuleCondition: !Equals [!Ref Tier, worker]
    Assertions: [{{ Assert: !Equals [!Ref Env, prod] }}]
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsDev: !Equals [!Ref Env, dev]
  IsWorker: !Equals [!Ref Tier, worker]
  HasFree: !Not [!Equals [!Ref Free, '']]
  ProdOrFree: !Or [!Condition IsProd, !Condition HasFree]
  ProdAndFree: !And [!Condition IsProd, !Condition HasFree]
  InIreland: !Equals [!Ref AWS::Region, eu-west-1]
  Spread: !Equals [!Select [0, !Ref Zones], a]
Resources:
  Profile: {{ Type: AWS::IAM::InstanceProfile, Condition: IsProd, Properties: {{ Roles: [a] }} }}
  Local: {{ Type: AWS::IAM::InstanceProfile, Condition: InIreland, Properties: {{ Roles: [a] }} }}
  Odd: {{ Type: AWS::IAM::InstanceProfile, Condition: Spread, Properties: {{ Roles: [a] }} }}
{rest}"
    );
    let evaluated = evaluate(&text);
    let show = |one: &crate::diagnostic::Diagnostic| {
        format!("{} when {}", one.message, one.when.as_deref().unwrap_or("always"))
    };
    evaluated.configuration.diagnostics.iter().map(show).collect()
}

fn instance(condition: &str, profile: &str) -> Vec<String> {
    let condition = if condition.is_empty() { String::new() } else { format!("Condition: {condition}, ") };
    absences(&format!(
        "  Web: {{ Type: AWS::EC2::Instance, {condition}Properties: {{ IamInstanceProfile: {profile} }} }}\n"
    ))
}

#[test]
fn what_refers_under_the_same_or_a_narrower_condition_is_fine() {
    for (condition, profile) in [
        ("IsProd", "!Ref Profile"),
        ("ProdAndFree", "!Ref Profile"),
        // By the rule there are workers in production only.
        ("IsWorker", "!Ref Profile"),
        ("", "!If [IsProd, !Ref Profile, none]"),
        ("", "!If [IsDev, none, !If [IsProd, !Sub '${Profile}', none]]"),
        ("HasFree", "!If [ProdAndFree, !Ref Profile, none]"),
        ("ProdOrFree", "!If [HasFree, none, !Ref Profile]"),
        // Another region is not what the template is for.
        ("", "!Ref Local"),
        // Whether the condition can fail is not known.
        ("", "!Ref Odd"),
    ] {
        assert_eq!(instance(condition, profile), Vec::<String>::new(), "{condition} {profile}");
    }
    assert_eq!(
        absences("  Web: { Type: AWS::EC2::Instance, DependsOn: Profile, Properties: { ImageId: a } }\n"),
        Vec::<String>::new()
    );
}

#[test]
fn what_refers_where_it_is_not_made_is_told_with_an_example() {
    for (condition, profile, when) in [
        ("", "!Ref Profile", "Env is not \"prod\""),
        ("", "!GetAtt Profile.Arn", "Env is not \"prod\""),
        ("IsDev", "!Ref Profile", "Env is \"dev\""),
        ("ProdOrFree", "!Ref Profile", "Env is not \"prod\" and Free is not \"\""),
        ("", "!If [IsDev, none, !Ref Profile]", "Env is \"test\""),
        ("HasFree", "!If [IsDev, !Ref Profile, none]", "Env is \"dev\" and Free is not \"\""),
        ("", "!Sub ['${Name}', { Name: !Ref Profile }]", "Env is not \"prod\""),
    ] {
        let found = instance(condition, profile);
        assert_eq!(found, [format!("`Profile` is not made although Web refers to it when {when}")], "{profile}");
    }
}

#[test]
fn several_references_are_one_finding_with_the_plainest_example() {
    let found = absences(
        "  Web: { Type: AWS::EC2::Instance, Condition: HasFree, Properties: { IamInstanceProfile: !Ref Profile } }
  Worker: { Type: AWS::EC2::Instance, Properties: { IamInstanceProfile: !Ref Profile } }
Outputs:
  Name: { Value: !Ref Profile }
  Named: { Value: !Ref Profile, Condition: IsProd }
",
    );
    assert_eq!(found, ["`Profile` is not made although Worker refers to it when Env is not \"prod\""]);
    let found = absences("Outputs:\n  Name: { Value: !Ref Profile }\n");
    assert_eq!(found, ["`Profile` is not made although this output refers to it when Env is not \"prod\""]);
}
