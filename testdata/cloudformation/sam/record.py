"""Records which roles the SAM translator makes of the templates here, and who is given them; see README.md."""
import json
import logging
import os
import pathlib
import re
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
logging.disable(logging.CRITICAL)

from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402


class NoPolicies:
    """Stands for the list of managed policies that is read from an account."""

    def load(self):
        return {}


def text(value):
    """A value without intrinsic functions around what is plain enough to be compared."""
    if isinstance(value, dict) and len(value) == 1:
        (name, argument), = value.items()
        if name == "Fn::Sub" and isinstance(argument, str):
            return argument.replace("${AWS::Partition}", "aws")
    return value if isinstance(value, str) else None


def roles_in(value):
    """The roles that a value refers to, by logical id."""
    if isinstance(value, dict):
        if set(value) == {"Ref"}:
            return [value["Ref"]]
        if set(value) == {"Fn::GetAtt"}:
            argument = value["Fn::GetAtt"]
            return [argument[0] if isinstance(argument, list) else argument.split(".")[0]]
        if set(value) == {"Fn::If"} and isinstance(value["Fn::If"], list):
            return [role for branch in value["Fn::If"][1:] for role in roles_in(branch)]
    return []


def handed(resource):
    """The values in the places of a resource that take a role."""
    properties = resource.get("Properties") or {}
    kind = resource.get("Type")
    if kind == "AWS::Lambda::Function":
        yield properties.get("Role")
    elif kind == "AWS::StepFunctions::StateMachine":
        yield properties.get("RoleArn")
    elif kind == "AWS::Scheduler::Schedule":
        yield (properties.get("Target") or {}).get("RoleArn")
    elif kind == "AWS::Events::Rule":
        for target in properties.get("Targets") or []:
            yield target.get("RoleArn")
    elif kind in ("AWS::AppSync::DataSource", "AWS::CodeDeploy::DeploymentGroup"):
        yield properties.get("ServiceRoleArn")
    elif kind == "AWS::AppSync::GraphQLApi":
        yield (properties.get("LogConfig") or {}).get("CloudWatchLogsRoleArn")
    elif kind == "AWS::Lambda::CapacityProvider":
        yield (properties.get("PermissionsConfig") or {}).get("CapacityProviderOperatorRoleArn")
    elif kind == "AWS::Lambda::NetworkConnector":
        yield properties.get("OperatorRole")
    elif kind == "AWS::Lambda::MicrovmImage":
        yield properties.get("BuildRoleArn")
    elif kind in ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::InstanceProfile"):
        yield from properties.get("Roles") or []


def services(document):
    """The services that a trust policy names in plain text; None where it is made of something else."""
    found = []
    statements = document.get("Statement") if isinstance(document, dict) else None
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal") if isinstance(statement, dict) else None
        named = principal.get("Service") if isinstance(principal, dict) else None
        for service in named if isinstance(named, list) else [named]:
            if not isinstance(service, str):
                return None
            found.append(service)
    return sorted(found)


def constant(condition, conditions):
    """Whether a condition has the same answer in every deployment."""
    if isinstance(condition, dict):
        return all(
            name not in ("Ref", "Fn::FindInMap", "Fn::Sub")
            and (constant(conditions.get(value), conditions) if name == "Condition" else constant(value, conditions))
            for name, value in condition.items()
        )
    return not isinstance(condition, list) or all(constant(item, conditions) for item in condition)


def referred(value):
    """The logical ids that a value refers to in every deployment."""
    if isinstance(value, list):
        return [name for item in value for name in referred(item)]
    if not isinstance(value, dict):
        return []
    if len(value) == 1:
        (name, argument), = value.items()
        if name == "Fn::If":
            return []
        if name == "Ref":
            return [argument]
        if name == "Fn::GetAtt":
            return [argument[0] if isinstance(argument, list) else argument.split(".")[0]]
        if name == "Fn::Sub":
            text, names = argument if isinstance(argument, list) else (argument, {})
            found = [part.split(".")[0] for part in re.findall(r"\$\{\s*([^!${}]+?)\s*\}", text) if part not in names]
            return found + referred(names)
    return [name for item in value.values() for name in referred(item)]


def circles(resources):
    """The sets of resources that wait for each other."""
    waits = {}
    for name, resource in resources.items():
        after = resource.get("DependsOn") or []
        found = referred(resource) + (after if isinstance(after, list) else [after])
        waits[name] = {other for other in found if isinstance(other, str) and other in resources}
    reached = {}
    for name in waits:
        seen, todo = set(), list(waits[name])
        while todo:
            other = todo.pop()
            if other not in seen:
                seen.add(other)
                todo.extend(waits[other])
        reached[name] = seen
    sets = {frozenset(b for b in reached[a] if a in reached[b]) for a in reached if a in reached[a]}
    return sorted(sorted(one) for one in sets)


def record(template):
    made = transform(yaml_parse(template.read_text()), {}, NoPolicies())
    # The transform puts defaults of parameters into conditions, which are looked at as they are written.
    conditions = (made.get("Conditions") or {}) | (yaml_parse(template.read_text()).get("Conditions") or {})
    resources = made["Resources"]
    roles = {}
    for name, resource in resources.items():
        if resource.get("Type") != "AWS::IAM::Role":
            continue
        properties = resource.get("Properties") or {}
        managed = [text(arn) for arn in properties.get("ManagedPolicyArns") or []]
        roles[name] = {
            "services": services(properties.get("AssumeRolePolicyDocument")),
            "conditional": "Condition" in resource and not constant(conditions.get(resource["Condition"]), conditions),
            "path": text(properties.get("Path")),
            "managed": sorted(arn for arn in managed if arn) if all(managed) else None,
            "bounded": "PermissionsBoundary" in properties,
        }
    uses = set()
    for name, resource in resources.items():
        user = name.removesuffix("DeploymentGroup") if "CodeDeploy" in resource.get("Type", "") else name
        for value in handed(resource):
            uses.update(f"{user} -> {role}" for role in roles_in(value) if role in roles)
    return {"roles": roles, "uses": sorted(uses), "circles": circles(resources)}


here = pathlib.Path(__file__).resolve().parent
source, target = (pathlib.Path(path) for path in (sys.argv[1:] or [here, here]))
failed = 0
for template in sorted([*source.glob("*.yaml"), *source.glob("*.yml")]):
    try:
        answer = record(template)
    except Exception as error:  # a template that the translator refuses has no answer
        failed += 1
        if source == here:
            sys.exit(f"{template.name}: {error!r}")
        continue
    (target / f"{template.stem}.json").write_text(json.dumps(answer, indent=1, sort_keys=True) + "\n")
if failed:
    print(f"{failed} templates are refused by the translator")
