#!/usr/bin/env python3
"""Deploys what fixes made, and records what came of it in deployed.tsv; see README.md beside it."""
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TABLE = HERE / "deployed.tsv"


def verdict(oracle, kept):
    """`well`, or what failed."""
    with tempfile.TemporaryDirectory(prefix="fixed-") as work:
        return tried(oracle, pathlib.Path(shutil.copytree(kept, pathlib.Path(work) / "it")))


def tried(oracle, root):
    templates = [path for path in root.iterdir() if path.suffix in (".yaml", ".json") and ".tf" not in path.suffixes]
    terraform = any(path.name.endswith((".tf", ".tf.json")) for path in root.iterdir())
    for path in templates:
        # What uploads the code writes its address in place of the directory.
        text = path.read_text()
        path.write_text(re.sub(r"(\"?CodeUri\"?: *)\"?[\w./-]+/\"?", r'\1"s3://code/archive.zip"', text))
    runs = [["deploy", "--fill", str(root)]] if terraform else [["cfn", "--fill", str(path)] for path in sorted(templates)]
    failures = []
    for arguments in runs:
        done = subprocess.run([oracle, *arguments], capture_output=True, text=True)
        results = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        bad = [result for result in results if result["result"] in ("error", "skipped")]
        failures += [f"{one.get('address') or one.get('logical_id')}: {one.get('error', one['result'])}" for one in bad]
        if done.returncode and not bad:
            failures.append(" ".join(done.stderr.split())[:300])
        if not done.returncode and not results:
            failures.append("nothing was deployed")
    return "; ".join(failures).replace("\t", " ").replace("\n", " ")[:400] or "well"


def main(oracle, kept):
    known = {}
    if TABLE.exists():
        rows = (line.split("\t") for line in TABLE.read_text().splitlines()[1:])
        known = {row[0]: row[1:] for row in rows}
    directories = [path for path in pathlib.Path(kept).iterdir() if path.is_dir()]
    # What was written to be read comes before the mistakes that were put in.
    directories.sort(key=lambda path: (", " in (path / "from").read_text(), path.name))

    def record(path):
        if path.name in known:
            return path.name, known[path.name]
        source = (path / "from").read_text()
        # A mistake that was put in is not deployed; what it is mended to is.
        before = "mutant" if ", " in source else verdict(oracle, path / "before")
        return path.name, [source, before, verdict(oracle, path / "after")]

    table = {}
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "1"))) as pool:
        for done in concurrent.futures.as_completed(pool.submit(record, path) for path in directories):
            name, row = done.result()
            table[name] = row
            print("\t".join([name, *row]), flush=True)
            # What is there already stays when it is interrupted.
            rows = ["\t".join([name, *row]) for name, row in sorted({**known, **table}.items())]
            TABLE.write_text("\n".join(["fixed\tfrom\tbefore\tafter", *rows]) + "\n")
    rows = ["\t".join([name, *row]) for name, row in sorted(table.items())]
    TABLE.write_text("\n".join(["fixed\tfrom\tbefore\tafter", *rows]) + "\n")
    print(f"{sum(row.endswith('well') for row in rows)} of {len(rows)} deploy well")


if __name__ == "__main__":
    main(*sys.argv[1:])
