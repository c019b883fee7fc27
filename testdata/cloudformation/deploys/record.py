"""Records which of the templates here deploy in a simulation; see README.md."""
import json
import pathlib
import subprocess
import sys

oracle, = sys.argv[1:]
here = pathlib.Path(__file__).resolve().parent
recorded = {}
for template in sorted(here.glob("*.yaml")):
    run = subprocess.run([oracle, "cfn", template], capture_output=True, text=True)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    errors = [f"{line['logical_id']}: {line.get('error')}" for line in lines if line["result"] == "error"]
    # A launch template is made whatever it holds; what it is for fails.
    warnings = [(line["logical_id"], line.get("warning") or "") for line in lines]
    errors += [f"{name}: {text}" for name, text in warnings if text.startswith("launching an instance will fail")]
    if not lines:
        errors = run.stderr.strip().splitlines()[-1:]
    recorded[template.stem] = errors
(here / "recorded.json").write_text(json.dumps(recorded, indent=1, sort_keys=True) + "\n")
