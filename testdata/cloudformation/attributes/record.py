"""Records what cfn-lint's schemas say that `Ref` and `Fn::GetAtt` of the types in slots.tsv give; see README.md."""
import pathlib

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from cfnlint.schema._getatts import _all_property_types

here = pathlib.Path(__file__).resolve().parent
root = here.parents[2]


def resolved(schema, node):
    while "$ref" in node:
        target = schema
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def form(schema, path):
    """The format of the property at a path with dots, such as AWS::IAM::Role.Arn, if the schema tells it."""
    node = schema
    for name in path.split("."):
        node = resolved(schema, node).get("properties", {}).get(name)
        if node is None:
            return ""
    return resolved(schema, node).get("format", "")


slots = [line.split("\t") for line in (root / "rules/data/slots.tsv").read_text().splitlines()[1:]]
tables = [(root / "rules/data" / name).read_text().splitlines()[1:] for name in ("attributes.tsv", "return_values.tsv")]
types = {row[1] for row in slots if row[0] == "cfn"} | {line.split("\t")[0] for table in tables for line in table}
lines = ["type\tref\tattributes\tproperties"]
for name in sorted(types):
    if "*" in name or name.startswith("AWS::Serverless::"):
        continue
    try:
        provided = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", name)
    except Exception:  # there is no such type in this region
        lines.append(f"{name}\t-\t\t")
        continue
    schema = provided.schema
    identifiers = [path.removeprefix("/properties/").replace("/", ".") for path in schema.get("primaryIdentifier", [])]
    made = {path.removeprefix("/properties/").replace("/", ".") for path in schema.get("readOnlyProperties", [])}

    def with_form(path):
        meant = form(schema, path)
        if not meant.startswith("AWS::IAM::"):
            return path
        return f"{path}={meant}" + (" made" if path in made else "")

    attributes = sorted(provided.get_atts)
    readable = {path.split(".")[0] for path in attributes}
    read_only = {path.removeprefix("/properties/").split("/")[0] for path in schema.get("readOnlyProperties", [])}
    properties = [] if name in _all_property_types else sorted(set(schema.get("properties", {})) - readable - read_only)
    cells = [name, ",".join(map(with_form, identifiers)), ",".join(map(with_form, attributes)), ",".join(properties)]
    lines.append("\t".join(cells))
(here / "recorded.tsv").write_text("\n".join(lines) + "\n")
