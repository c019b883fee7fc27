//! What the SAM transform adds.

use super::evaluate;

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Parameters: { Arn: { Type: String, Default: '' } }
Conditions: { HasArn: !Not [!Equals [!Ref Arn, '']], InUse: !Equals [!Ref AWS::Region, us-east-1] }
Globals: { Function: { RolePath: /fn/, Tags: { A: b } } }
Resources:
  Plain: { Type: AWS::Serverless::Function, Condition: InUse, Properties: { Policies: [AdministratorAccess, { S3ReadPolicy: { BucketName: x } }] } }
  Sometimes: { Type: AWS::Serverless::Function, Condition: InUse, Properties: { Role: !If [HasArn, !Ref Arn, !Ref AWS::NoValue] } }
  Given: { Type: AWS::Serverless::Function, Properties: { Role: !GetAtt PlainRole.Arn } }
  Flow: { Type: AWS::Serverless::StateMachine }
  Thing:
    Type: AWS::EC2::Instance
    Properties:
      Value: [!Ref PlainRole, !GetAtt FlowRole.Arn, !Ref Plain.Version, !Ref ServerlessRestApi, !GetAtt PlainTimerRole.Arn]
";

#[test]
fn roles_are_generated_where_none_is_given() {
    let evaluated = evaluate(TEMPLATE);
    assert_eq!(evaluated.findings(), Vec::<String>::new());
    let transform = "<the transform AWS::Serverless-2016-10-31 rewrites this part>";
    let expected = format!("[PlainRole, FlowRole.Arn, {transform}, {transform}, {transform}]");
    assert_eq!(evaluated.property("Thing", "Value"), expected);
    assert_eq!(evaluated.property("Plain", "Role"), "PlainRole.Arn");
    assert_eq!(evaluated.property("Sometimes", "Role"), "(!Arn=\"\": <Arn> | Arn=\"\": SometimesRole.Arn)");
    assert_eq!(evaluated.exists("PlainRole"), "AWS::Region=\"us-east-1\"");
    // The condition of the role replaces that of the function.
    assert_eq!(evaluated.exists("SometimesRole"), "Arn=\"\"");
    assert_eq!(evaluated.exists("GivenRole"), "undeclared");
}

#[test]
fn generated_roles_trust_their_service() {
    let evaluated = evaluate(TEMPLATE);
    let trust = |service: &str| {
        format!(
            "{{Version: '2012-10-17', Statement: [{{Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: {{Service: ['{service}']}}}}]}}"
        )
    };
    assert_eq!(evaluated.property("PlainRole", "AssumeRolePolicyDocument"), trust("lambda.amazonaws.com"));
    assert_eq!(evaluated.property("FlowRole", "AssumeRolePolicyDocument"), trust("states.amazonaws.com"));
    assert_eq!(evaluated.property("PlainRole", "Path"), "'/fn/'");
    assert_eq!(
        evaluated.property("PlainRole", "ManagedPolicyArns"),
        "[arn:{<AWS::Partition>}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole, \
         arn:{<AWS::Partition>}:iam::aws:policy/AdministratorAccess]"
    );
    assert_eq!(
        evaluated.property("PlainRole", "Policies"),
        "[{PolicyName: 'PlainRolePolicy1', PolicyDocument: \
         <the transform AWS::Serverless-2016-10-31 rewrites this part>}]"
    );
}

#[test]
fn global_properties_are_merged() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Value: { A: 1, B: [1] }, Path: g, Role: never } }
Resources:
  One: { Type: AWS::Serverless::Function, Properties: { Value: { B: [2], C: 3 }, Path: own } }
  Two: { Type: AWS::Serverless::Function }
";
    let evaluated = evaluate(text);
    assert_eq!(evaluated.property("One", "Value"), "{A: 1, B: [1, 2], C: 3}");
    assert_eq!(evaluated.property("One", "Path"), "'own'");
    assert_eq!(evaluated.property("Two", "Path"), "'g'");
    assert_eq!(evaluated.property("Two", "Role"), "TwoRole.Arn");
}

#[test]
fn what_the_transform_makes_under_a_given_or_fixed_name_is_there() {
    let evaluated = evaluate(
        "
Transform: AWS::Serverless-2016-10-31
Resources:
  Api: { Type: AWS::Serverless::Api, Properties: { StageName: live, Auth: { UsagePlan: { CreateUsagePlan: SHARED } } } }
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Nightly:
          Type: Schedule
          Properties: { Schedule: rate(1 day), DeadLetterConfig: { Type: SQS, QueueLogicalId: Undelivered } }
Outputs:
  Queue: { Value: !GetAtt Undelivered.Arn }
  Plan: { Value: !Ref ServerlessUsagePlan }
  Key: { Value: !Ref ServerlessApiKey }
  Missing: { Value: !Ref Delivered }
",
    );
    let message = "`Delivered` is neither a parameter nor a resource of this template; declare it, or correct the name";
    assert_eq!(evaluated.findings(), [format!("unresolved-reference at \"Delivered\": {message}")]);
}
