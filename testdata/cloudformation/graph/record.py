"""Records which resources refer to which, and which conditions can hold together, as cfn-lint sees it; see README.md."""
import itertools
import json
import logging
import os
import pathlib
import sys

import cfnlint.decode
from cfnlint.rules.functions.RelationshipConditions import RelationshipConditions
from cfnlint.template import Template

logging.disable(logging.CRITICAL)
ENDINGS = {".yaml", ".yml", ".json", ".template"}
MOST_CONDITIONS_TOGETHER = 6
MOST_CONDITIONS = 40


def references(template):
    """Pairs of logical ids, and those of which the second may be absent where the first is there."""
    edges, absent = set(), set()
    resources = template.get_resources()
    for one, other, data in template.graph.graph.edges(data=True):
        if one not in resources or other not in resources:
            continue
        edges.add((one, other))
        path = ["Resources", one, *data["source_paths"]]
        if "Fn::If" in path or data["label"] == "DependsOn":
            continue
        if template.is_resource_available(path, other):
            absent.add((one, other))
    return sorted(edges), sorted(absent)


def unavailable(template):
    """Logical ids that something refers to where they may not be made (W1001), references in outputs among them."""
    matches = RelationshipConditions().match(template)
    return sorted({match.message.split("'")[1] for match in matches})


def together(conditions, names):
    """Which of the names hold, for each combination that can be."""
    found = conditions.build_scenarios({name: {True, False} for name in names})
    return sorted(sorted(name for name in names if scenario[name]) for scenario in found)


def record(path):
    document, problems = cfnlint.decode.decode(str(path))
    if problems or not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        return None
    template = Template(str(path), document, ["us-east-1"])
    edges, absent = references(template)
    names = sorted(name for name in document.get("Conditions") or {} if not name.startswith("Fn::"))
    answer = {"edges": edges, "absent": absent, "unavailable": unavailable(template), "conditions": []}
    if not names or len(names) > MOST_CONDITIONS:
        return answer
    groups = [names] if len(names) <= MOST_CONDITIONS_TOGETHER else itertools.combinations(names, 2)
    for group in groups:
        answer["conditions"].append({"of": list(group), "can_be": together(template.conditions, group)})
    return answer


def main():
    here = pathlib.Path(__file__).resolve().parent
    root = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else here.parent.parent
    folders = [root] if len(sys.argv) > 1 else [here, root / "hidden" / "cloudformation", root / "twins"]
    answers, failed = {}, {}
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if path.suffix not in ENDINGS or not path.is_file() or path.name == "recorded.json":
            continue
        try:
            answer = record(path)
        except BaseException as error:  # cfn-lint raises what it likes on templates that are not for it.
            failed[str(path.relative_to(root))] = type(error).__name__
            continue
        if answer and (answer["edges"] or answer["conditions"]):
            answers[path.relative_to(root).as_posix()] = answer
    shown = os.path.relpath(root, here) if len(sys.argv) == 1 else str(root)
    lines = [f" {json.dumps(path)}: {json.dumps(answer)}" for path, answer in answers.items()]
    print('{"root": %s, "templates": {\n%s\n}}' % (json.dumps(shown), ",\n".join(lines)))
    print(f"{len(answers)} templates, {len(failed)} cfn-lint failed on", file=sys.stderr)


main()
