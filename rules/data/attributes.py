"""Writes attributes.tsv from the schemas of cfn-lint; see README.md. Run it with a Python that has cfn-lint."""
import pathlib

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from cfnlint.schema._getatts import _all_property_types

here = pathlib.Path(__file__).resolve().parent
rows = [line.split("\t") for line in (here / "slots.tsv").read_text().splitlines()]
types = {row[1] for row in rows if row[0] == "cfn" and row[1].count("::") == 2 and "*" not in row[1]}
lines = ["type\treadable\tnot_readable"]
for name in sorted(types):
    if name.startswith(("AWS::IAM::", "AWS::Serverless::")):
        continue
    try:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", name)
    except Exception:  # no type of this region, so nothing is known of it
        continue
    first = lambda path: path.removeprefix("/properties/").split("/")[0]
    readable = {path.split(".")[0] for path in schema.get_atts}
    read_only = {first(path) for path in schema.schema.get("readOnlyProperties", [])}
    properties = set(schema.schema.get("properties", {})) - readable - read_only
    if name in _all_property_types:
        properties = set()
    lines.append("\t".join([name, ",".join(sorted(readable)), ",".join(sorted(properties))]))
(here / "attributes.tsv").write_text("\n".join(lines) + "\n")
