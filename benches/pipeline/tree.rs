//! Trees of texts to measure on: one that is generated, and any that is on disk.

use std::fs;
use std::path::Path;

/// Texts by path, with `/` between the parts of a path.
pub struct Tree {
    /// What the tree is called in the table.
    pub name: String,
    /// Path and text, sorted by path.
    pub files: Vec<(String, String)>,
}

/// Stands for the path of the generated tree.
pub const GENERATED: &str = "--generated";

/// How many Terraform modules are generated; every tenth directory besides calls ten of them.
const MODULES: usize = 400;
const CALLED_BY_ONE_ROOT: usize = 10;
const YAML_TEMPLATES: usize = 200;
const JSON_TEMPLATES: usize = 100;

/// Modules, roots that call them, and templates, all of a shape that is usual.
pub fn generated() -> Tree {
    let mut files = Vec::new();
    for module in 0..MODULES {
        let directory = format!("modules/part-{module:03}");
        files.push((format!("{directory}/variables.tf"), module_variables()));
        files.push((format!("{directory}/main.tf"), module_main(module)));
        files.push((format!("{directory}/outputs.tf"), module_outputs()));
    }
    for root in 0..MODULES / CALLED_BY_ONE_ROOT {
        files.push((format!("live/stack-{root:02}/main.tf"), root_main(root)));
    }
    for template in 0..YAML_TEMPLATES {
        files.push((format!("templates/service-{template:03}.yaml"), yaml_template(template)));
    }
    for template in 0..JSON_TEMPLATES {
        files.push((format!("templates/worker-{template:03}.json"), json_template(template)));
    }
    files.sort();
    Tree { name: "generated".into(), files }
}

/// The Terraform files and possible templates under a directory, but for what is hidden; links are not followed.
pub fn on_disk(root: &Path) -> Tree {
    let mut files = Vec::new();
    walk(root, "", &mut files);
    files.sort();
    let name = root.file_name().unwrap_or(root.as_os_str());
    Tree { name: name.to_string_lossy().into_owned(), files }
}

fn walk(directory: &Path, prefix: &str, files: &mut Vec<(String, String)>) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(kind) = entry.file_type() else { continue };
        if name.starts_with('.') || name == "node_modules" {
            continue;
        }
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if kind.is_dir() {
            walk(&entry.path(), &path, files);
        } else if kind.is_file()
            && [".tf", ".tofu", ".tfvars", ".yaml", ".yml", ".json", ".template"].iter().any(|end| name.ends_with(end))
            && let Ok(text) = fs::read_to_string(entry.path())
        {
            files.push((path, text));
        }
    }
}

fn module_variables() -> String {
    let mut text = String::new();
    for (name, kind, default, about) in [
        ("create", "bool", "true", "Whether anything is created at all"),
        ("name", "string", "", "Beginning of every name"),
        ("environment", "string", "\"dev\"", "Which environment this is for"),
        ("instance_count", "number", "2", "How many machines there are"),
        ("instance_type", "string", "\"t3.small\"", "Size of the machines"),
        ("subnet_ids", "list(string)", "[]", "Where the machines stand"),
        ("services", "set(string)", "[\"ec2.amazonaws.com\"]", "Who may act as the role"),
        ("buckets", "map(string)", "{}", "Names of buckets by what they are for"),
        ("managed_policies", "list(string)", "[]", "Policies that are attached besides"),
        ("permissions_boundary", "string", "null", "The most that the role may ever do"),
        ("tags", "map(string)", "{}", "Put on everything"),
    ] {
        text.push_str(&format!("variable \"{name}\" {{\n  description = \"{about}\"\n  type        = {kind}\n"));
        if !default.is_empty() {
            text.push_str(&format!("  default     = {default}\n"));
        }
        text.push_str("}\n\n");
    }
    text
}

const MODULE: &str = r#"# The machines of one part of the system, and what they may do.
data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  prefix  = "${var.name}-${var.environment}"
  enabled = var.create && var.environment != "none"
  tags = merge(var.tags, {
    Name        = local.prefix
    Environment = var.environment
    Part        = "@"
  })
  bucket_arns = [for name in values(var.buckets) : "arn:aws:s3:::${name}"]
  functions = {
    import = { memory = 256, timeout = 30 }
    export = { memory = 512, timeout = 60 }
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    sid     = "Assume"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = var.services
    }
  }
}

data "aws_iam_policy_document" "lambda_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

data "aws_iam_policy_document" "access" {
  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:aws:logs:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:*"]
  }

  dynamic "statement" {
    for_each = length(local.bucket_arns) > 0 ? [1] : []
    content {
      actions   = ["s3:GetObject", "s3:PutObject"]
      resources = [for arn in local.bucket_arns : "${arn}/*"]
    }
  }
}

resource "aws_iam_role" "machine" {
  count = local.enabled ? 1 : 0

  name                 = "${local.prefix}-machine-@"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.permissions_boundary
  tags                 = local.tags
}

resource "aws_iam_role_policy" "machine" {
  count = local.enabled ? 1 : 0

  name   = "access"
  role   = aws_iam_role.machine[0].id
  policy = data.aws_iam_policy_document.access.json
}

resource "aws_iam_role_policy_attachment" "more" {
  for_each = local.enabled ? toset(var.managed_policies) : toset([])

  role       = aws_iam_role.machine[0].name
  policy_arn = each.value
}

resource "aws_iam_instance_profile" "machine" {
  count = local.enabled ? 1 : 0

  name = "${local.prefix}-machine-@"
  role = aws_iam_role.machine[0].name
}

resource "aws_security_group" "machine" {
  name_prefix = "${local.prefix}-"
  description = "Traffic of the machines"
  tags        = local.tags

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_instance" "machine" {
  count = local.enabled ? var.instance_count : 0

  ami                    = "ami-0123456789abcdef0"
  instance_type          = var.instance_type
  subnet_id              = element(var.subnet_ids, count.index)
  iam_instance_profile   = aws_iam_instance_profile.machine[0].name
  vpc_security_group_ids = [aws_security_group.machine.id]
  user_data              = <<-EOT
    #!/bin/sh
    echo "part @ of ${var.environment}" > /etc/motd
    systemctl enable --now agent
  EOT
  tags                   = merge(local.tags, { Index = tostring(count.index) })
}

resource "aws_launch_template" "machine" {
  name_prefix   = local.prefix
  instance_type = var.instance_type

  iam_instance_profile {
    arn = join("", aws_iam_instance_profile.machine[*].arn)
  }
}

resource "aws_iam_role" "function" {
  name               = "${local.prefix}-function-@"
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json
}

resource "aws_lambda_function" "work" {
  for_each = local.functions

  function_name = "${local.prefix}-${each.key}"
  role          = aws_iam_role.function.arn
  handler       = "index.handler"
  runtime       = "nodejs20.x"
  memory_size   = each.value.memory
  timeout       = each.value.timeout
  filename      = "${path.module}/work.zip"

  environment {
    variables = {
      ENVIRONMENT = var.environment
      TABLE       = "${local.prefix}-state"
    }
  }
}

resource "aws_iam_role" "task" {
  name = "${local.prefix}-task-@"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
    }]
  })
}

resource "aws_ecs_task_definition" "work" {
  family                   = local.prefix
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.task.arn
  task_role_arn            = aws_iam_role.task.arn
  container_definitions = jsonencode([{
    name      = "work"
    image     = "example/work:${var.environment}"
    essential = true
    environment = [for key, value in local.tags : { name = key, value = value }]
  }])
}
"#;

fn module_main(module: usize) -> String {
    let text = MODULE.replace('@', &format!("{module:03}"));
    // Every fortieth has a mistake, so that there is something to say.
    if module.is_multiple_of(40) { text.replace("ecs-tasks.amazonaws.com", "ecs.amazonaws.com") } else { text }
}

fn module_outputs() -> String {
    let mut text = String::new();
    for (name, value) in [
        ("role_name", "one(aws_iam_role.machine[*].name)"),
        ("role_arn", "try(aws_iam_role.machine[0].arn, null)"),
        ("profile_name", "one(aws_iam_instance_profile.machine[*].name)"),
        ("instance_ids", "aws_instance.machine[*].id"),
        ("function_arns", "{ for key, made in aws_lambda_function.work : key => made.arn }"),
    ] {
        text.push_str(&format!(
            "output \"{name}\" {{\n  description = \"For other modules\"\n  value       = {value}\n}}\n\n"
        ));
    }
    text
}

fn root_main(root: usize) -> String {
    let mut text = format!(
        r#"terraform {{
  required_version = ">= 1.5"
}}

provider "aws" {{
  region = "eu-central-1"
}}

variable "environment" {{
  type = string
}}

locals {{
  name = "stack-{root:02}"
  tags = {{ Stack = local.name, Owner = "platform" }}
}}

"#
    );
    for call in 0..CALLED_BY_ONE_ROOT {
        let module = root * CALLED_BY_ONE_ROOT + call;
        let repeated = if call == 0 { "  for_each       = toset([\"blue\", \"green\"])\n" } else { "" };
        let name = if call == 0 { "${local.name}-${each.key}" } else { "${local.name}" };
        text.push_str(&format!(
            r#"module "part_{module:03}" {{
  source         = "../../modules/part-{module:03}"
{repeated}  name           = "{name}"
  environment    = var.environment
  instance_count = {count}
  subnet_ids     = ["subnet-1", "subnet-2"]
  buckets        = {{ state = "${{local.name}}-state" }}
  tags           = local.tags
}}

"#,
            count = call % 3 + 1
        ));
    }
    text.push_str(&format!(
        r#"resource "aws_instance" "bastion" {{
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = module.part_{:03}.profile_name
}}
"#,
        root * CALLED_BY_ONE_ROOT + 1
    ));
    text
}

const YAML: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
Description: A service with its machines and functions, number @

Parameters:
  Environment:
    Type: String
    Default: dev
    AllowedValues: [dev, staging, production]
  InstanceType:
    Type: String
    Default: t3.small
  WithFunction:
    Type: String
    Default: "yes"
    AllowedValues: ["yes", "no"]

Mappings:
  Sizes:
    dev: { Minimum: 1, Maximum: 2 }
    staging: { Minimum: 1, Maximum: 4 }
    production: { Minimum: 2, Maximum: 8 }

Conditions:
  IsProduction: !Equals [!Ref Environment, production]
  HasFunction: !And
    - !Equals [!Ref WithFunction, "yes"]
    - !Not [!Equals [!Ref Environment, staging]]

Resources:
  MachineRole:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub "${AWS::StackName}-machine-@"
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Service: !Sub "ec2.${AWS::URLSuffix}"
            Action: sts:AssumeRole
      ManagedPolicyArns:
        - !Sub "arn:${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
      Policies:
        - PolicyName: state
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: ["s3:GetObject", "s3:PutObject"]
                Resource: !Sub "${Bucket.Arn}/*"

  MachineProfile:
    Type: AWS::IAM::InstanceProfile
    Properties:
      Roles: [!Ref MachineRole]

  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      Tags:
        - { Key: Environment, Value: !Ref Environment }

  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        IamInstanceProfile:
          Arn: !GetAtt MachineProfile.Arn
        InstanceType: !If [IsProduction, m5.large, !Ref InstanceType]
        ImageId: ami-0123456789abcdef0
        UserData:
          Fn::Base64: !Sub |
            #!/bin/sh
            echo "${Environment}" > /etc/motd
            systemctl enable --now agent

  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      MinSize: !FindInMap [Sizes, !Ref Environment, Minimum]
      MaxSize: !FindInMap [Sizes, !Ref Environment, Maximum]
      LaunchTemplate:
        LaunchTemplateId: !Ref Template
        Version: !GetAtt Template.LatestVersionNumber

  FunctionRole:
    Type: AWS::IAM::Role
    Condition: HasFunction
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { Service: [lambda.amazonaws.com] }
            Action: ["sts:AssumeRole"]

  Function:
    Type: AWS::Lambda::Function
    Condition: HasFunction
    Properties:
      FunctionName: !Join ["-", [!Ref "AWS::StackName", work]]
      Role: !GetAtt FunctionRole.Arn
      Handler: index.handler
      Runtime: python3.12
      Environment:
        Variables:
          ENVIRONMENT: !Ref Environment
      Code:
        ZipFile: |
          def handler(event, context):
              return {"ok": True}

Outputs:
  RoleArn:
    Value: !GetAtt MachineRole.Arn
    Export:
      Name: !Sub "${AWS::StackName}-role"
"#;

fn yaml_template(template: usize) -> String {
    YAML.replace('@', &format!("{template:03}"))
}

const JSON: &str = r#"{
  "AWSTemplateFormatVersion": "2010-09-09",
  "Description": "A worker, number @",
  "Parameters": {
    "Environment": { "Type": "String", "Default": "dev", "AllowedValues": ["dev", "production"] }
  },
  "Conditions": { "IsProduction": { "Fn::Equals": [{ "Ref": "Environment" }, "production"] } },
  "Resources": {
    "TaskRole": {
      "Type": "AWS::IAM::Role",
      "Properties": {
        "RoleName": { "Fn::Join": ["-", [{ "Ref": "AWS::StackName" }, "task", "@"]] },
        "AssumeRolePolicyDocument": {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Effect": "Allow",
              "Principal": { "Service": ["ecs-tasks.amazonaws.com"] },
              "Action": ["sts:AssumeRole"]
            }
          ]
        },
        "Policies": [
          {
            "PolicyName": "queue",
            "PolicyDocument": {
              "Version": "2012-10-17",
              "Statement": [
                { "Effect": "Allow", "Action": "sqs:*", "Resource": { "Fn::GetAtt": ["Queue", "Arn"] } }
              ]
            }
          }
        ]
      }
    },
    "Queue": { "Type": "AWS::SQS::Queue", "Properties": { "VisibilityTimeout": 60 } },
    "Task": {
      "Type": "AWS::ECS::TaskDefinition",
      "Properties": {
        "Family": { "Fn::Sub": "${AWS::StackName}-worker" },
        "Cpu": { "Fn::If": ["IsProduction", "1024", "256"] },
        "Memory": "512",
        "NetworkMode": "awsvpc",
        "TaskRoleArn": { "Fn::GetAtt": ["TaskRole", "Arn"] },
        "ExecutionRoleArn": { "Fn::GetAtt": ["TaskRole", "Arn"] },
        "ContainerDefinitions": [
          {
            "Name": "worker",
            "Image": { "Fn::Sub": "${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/worker:\u0031" },
            "Environment": [{ "Name": "QUEUE", "Value": { "Ref": "Queue" } }]
          }
        ]
      }
    }
  }
}
"#;

fn json_template(template: usize) -> String {
    JSON.replace('@', &format!("{template:03}"))
}
