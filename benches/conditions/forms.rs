//! Generated templates.

/// Writes the template of a form with so many conditions or resources.
pub type Make = fn(usize) -> String;

/// How many conditions the smaller template of a form has.
const SIZE: usize = 100;

/// How many of each resource the smaller template has where it is their number that counts.
const MANY: usize = 1_000;

/// The forms by name, with the size of the smaller template.
pub const ALL: [(&str, usize, Make); 12] = [
    ("each on a condition of its own", SIZE, flat),
    ("each on two free parameters", SIZE, free),
    ("conditions built on the one before", SIZE, chained),
    ("branches inside branches", SIZE / 4, nested),
    ("parameters with few values", SIZE, allowed),
    ("rules over all parameters", SIZE, rules),
    ("lists with optional elements", SIZE / 10, lists),
    ("instances, profiles and roles", MANY, instances),
    ("roles given where profiles belong", MANY, mistakes),
    ("roles named by text", MANY, named),
    ("launch templates", MANY, launches),
    ("serverless functions", MANY, functions),
];

fn each(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

const TRUST: &str = "{ Version: '2012-10-17', Statement: { Effect: Allow, Principal: { Service: ec2.amazonaws.com }, \
                     Action: 'sts:AssumeRole' } }";

/// A role, its profile and an instance under the condition `C<n>`, for each number.
fn guarded(count: usize) -> String {
    each(count, |n| {
        format!(
            "  Role{n}: {{ Type: AWS::IAM::Role, Condition: C{n}, Properties: {{ AssumeRolePolicyDocument: {TRUST} }} }}\n  \
             Profile{n}: {{ Type: AWS::IAM::InstanceProfile, Condition: C{n}, Properties: {{ Roles: [!Ref Role{n}] }} }}\n  \
             Web{n}: {{ Type: AWS::EC2::Instance, Properties: {{ IamInstanceProfile: !If [C{n}, !Ref Profile{n}, \
             !Ref AWS::NoValue] }} }}\n"
        )
    })
}

fn template(parameters: &str, conditions: &str, rest: &str) -> String {
    format!("Parameters:\n{parameters}Conditions:\n{conditions}{rest}")
}

fn flat(count: usize) -> String {
    template(
        &each(count, |n| format!("  P{n}: {{ Type: String, Default: no }}\n")),
        &each(count, |n| format!("  C{n}: !Equals [!Ref P{n}, yes]\n")),
        &format!("Resources:\n{}", guarded(count)),
    )
}

fn free(count: usize) -> String {
    template(
        &each(count + 1, |n| format!("  P{n}: {{ Type: String, Default: no }}\n")),
        &each(count, |n| format!("  C{n}: !Or [!Equals [!Ref P{n}, !Ref P{}], !Equals [!Ref P{n}, yes]]\n", n + 1)),
        &format!("Resources:\n{}", guarded(count)),
    )
}

fn chained(count: usize) -> String {
    let condition = |n: usize| match n.checked_sub(1) {
        Some(before) => format!("  C{n}: !Or [!Condition C{before}, !Not [!Equals [!Ref P{n}, yes]]]\n"),
        None => "  C0: !Equals [!Ref P0, yes]\n".to_string(),
    };
    template(
        &each(count, |n| format!("  P{n}: {{ Type: String, Default: no }}\n")),
        &each(count, condition),
        &format!("Resources:\n{}", guarded(count)),
    )
}

fn nested(count: usize) -> String {
    let value = (0..count)
        .rev()
        .fold("!Ref AWS::NoValue".to_string(), |inner, n| format!("!If [C{n}, !Ref Profile{n}, {inner}]"));
    let last = format!("  Last: {{ Type: AWS::EC2::Instance, Properties: {{ IamInstanceProfile: {value} }} }}\n");
    flat(count) + &last
}

fn allowed(count: usize) -> String {
    template(
        &each(count, |n| format!("  P{n}: {{ Type: String, AllowedValues: [dev, test, prod], Default: dev }}\n")),
        &each(count, |n| format!("  C{n}: !Equals [!FindInMap [Wanted, !Ref P{n}, Profile], yes]\n")),
        &format!(
            "Mappings:\n  Wanted: {{ dev: {{ Profile: no }}, test: {{ Profile: yes }}, prod: {{ Profile: yes }} }}\n\
             Resources:\n{}",
            guarded(count)
        ),
    )
}

fn rules(count: usize) -> String {
    let rule = |n: usize| {
        let next = (n + 1) % count;
        format!(
            "  R{n}:\n    RuleCondition: !Equals [!Ref P{n}, yes]\n    Assertions: [{{ Assert: !Equals [!Ref P{next}, yes] \
             }}]\n"
        )
    };
    flat(count) + "Rules:\n" + &each(count, rule)
}

fn lists(count: usize) -> String {
    let items = each(count, |n| format!("      - !If [C{n}, !Ref Role{n}, !Ref AWS::NoValue]\n"));
    flat(count) + "  All:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n" + &items
}

fn instances(count: usize) -> String {
    let one = |n| {
        format!(
            "  Role{n}: {{ Type: AWS::IAM::Role, Properties: {{ AssumeRolePolicyDocument: {TRUST} }} }}\n  \
             Profile{n}: {{ Type: AWS::IAM::InstanceProfile, Properties: {{ Roles: [!Ref Role{n}] }} }}\n  \
             Web{n}: {{ Type: AWS::EC2::Instance, Properties: {{ IamInstanceProfile: !Ref Profile{n} }} }}\n"
        )
    };
    format!("Resources:\n{}", each(count, one))
}

fn mistakes(count: usize) -> String {
    instances(count).replace("IamInstanceProfile: !Ref Profile", "IamInstanceProfile: !Ref Role")
}

fn named(count: usize) -> String {
    let one = |n| {
        format!(
            "  Role{n}: {{ Type: AWS::IAM::Role, Properties: {{ RoleName: app-{n}, AssumeRolePolicyDocument: {TRUST} }} }}\n  \
             Profile{n}: {{ Type: AWS::IAM::InstanceProfile, Properties: {{ InstanceProfileName: app-{n}, Roles: [app-{n}] }} \
             }}\n"
        )
    };
    format!("Resources:\n{}", each(count, one))
}

fn launches(count: usize) -> String {
    let one = |n| {
        format!(
            "  Template{n}: {{ Type: AWS::EC2::LaunchTemplate, Properties: {{ LaunchTemplateName: web-{n}, \
             LaunchTemplateData: {{ ImageId: ami-0c1d2e3f4a5b6c7d8 }} }} }}\n  \
             Web{n}: {{ Type: AWS::EC2::Instance, Properties: {{ LaunchTemplate: {{ LaunchTemplateName: web-{n}, \
             Version: '1' }} }} }}\n"
        )
    };
    format!("Resources:\n{}", each(count, one))
}

fn functions(count: usize) -> String {
    let one = |n| {
        format!(
            "  F{n}: {{ Type: AWS::Serverless::Function, Properties: {{ Runtime: python3.12, Handler: a.b, InlineCode: x }} }}\n  \
             P{n}: {{ Type: AWS::Lambda::Permission, Properties: {{ FunctionName: !Ref F{n}, Action: 'lambda:InvokeFunction', \
             Principal: !GetAtt F{n}Role.Arn }} }}\n"
        )
    };
    format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{}", each(count, one))
}
