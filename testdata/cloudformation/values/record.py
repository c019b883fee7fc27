"""Records what a simulated deployment makes of the templates here; see README.md."""
import json
import pathlib
import subprocess
import sys

oracle, *names = sys.argv[1:]
here = pathlib.Path(__file__).resolve().parent
for template in sorted(here.glob("*.yaml")):
    if names and template.stem not in names:
        continue
    expected = template.with_suffix(".json")
    scenarios = json.loads(expected.read_text()) if expected.exists() else [{"parameters": {}}]
    for scenario in scenarios:
        given = [word for item in scenario["parameters"].items() for word in ("--var", "=".join(item))]
        run = subprocess.run([oracle, "cfn", template, *given], capture_output=True, text=True)
        scenario["resources"] = [json.loads(line) for line in run.stdout.splitlines()]
        failed = [entry for entry in scenario["resources"] if entry["result"] not in ("ok", "not created", "simulated")]
        if failed or not scenario["resources"]:
            sys.exit(f"{template.name} with {given} does not deploy: {failed or run.stderr}")
    expected.write_text(json.dumps(scenarios, indent=1) + "\n")
