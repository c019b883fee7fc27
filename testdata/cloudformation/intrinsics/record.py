"""Records what cfn-lint makes of the functions here: of loops once written out, of values once resolved; see README.md."""
import json
import pathlib
import tempfile

import yaml
from cfnlint.context import create_context_for_template
from cfnlint.decode import decode
from cfnlint.jsonschema import CfnTemplateValidator
from cfnlint.template import Template

here = pathlib.Path(__file__).resolve().parent


def answers(path):
    template, errors = decode(path)
    if errors:
        raise SystemExit(f"{path}: {errors[0].message}")
    cfn = Template(path, template, regions=["us-east-1"])
    errors = cfn.transform()
    if errors:
        return {"error": errors[0].message}
    validator = CfnTemplateValidator({}).evolve(context=create_context_for_template(cfn), cfn=cfn)

    def possible(value):
        found = []
        for one, _, error in validator.resolve_value(value):
            answer = {"error": error.message} if error else {"value": one}
            if answer not in found:
                found.append(answer)
        return found

    resources = {name: possible(body["Properties"].get("Value")) for name, body in cfn.template["Resources"].items()}
    return {"resources": resources, "outputs": sorted(cfn.template.get("Outputs", {}))}


recorded = {name: answers(str(here / f"{name}.yaml")) for name in ("values", "extended")}
for name, text in yaml.safe_load((here / "loops.yaml").read_text()).items():
    if not text.startswith("{"):
        text = "Transform: AWS::LanguageExtensions\n" + text
    else:
        text = '{"Transform": "AWS::LanguageExtensions", ' + text[1:]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        recorded[name] = answers(file.name)
(here / "recorded.json").write_text(json.dumps(recorded, indent=1) + "\n")
