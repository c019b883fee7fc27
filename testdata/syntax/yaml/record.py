"""Records what cfn-lint's loader reads in the texts of snippets.jsonl, or in the templates of a directory; see README.md."""
import json
import pathlib
import re
import sys

import yaml
from cfnlint.decode import decode_str

# A tree with more nodes is not recorded, only their number.
MOST = 400


def text_of(snippet):
    return snippet.get("text") or "".join(piece * times for piece, times in snippet.get("pieces", []))


def nodes(text, reader=yaml.CSafeLoader):
    """The tree as PyYAML composes it, before any scalar loses its source text: one entry a node, parents first."""
    try:
        loader = reader(text)
    except yaml.YAMLError:
        return None
    found, open_nodes = [], []

    def flattened(node):
        if any(key.tag == "tag:yaml.org,2002:merge" for key, _ in node.value):
            loader.flatten_mapping(node)
        return node.value

    def walk(node, role):
        if len(found) > 200_000 or len(open_nodes) > 900:
            return
        tag = node.tag.removeprefix("tag:yaml.org,2002:")
        entry = [node.start_mark.line + 1, node.start_mark.column + 1, role, tag]
        found.append(entry)
        open_nodes.append(node)
        if isinstance(node, yaml.ScalarNode):
            # Long text is told by its length.
            entry.append(node.value if len(node.value) < 1000 else len(node.value))
        elif isinstance(node, yaml.SequenceNode):
            entry.append(len(node.value))
            for item in node.value:
                walk(item, "item")
        else:
            # Of a key that stands there twice the last counts.
            entries = {}
            for key, value in flattened(node):
                name = key.value if isinstance(key, yaml.ScalarNode) else ""
                entries[name] = (key, value)
            entry.append(len(entries))
            for _, (key, value) in sorted(entries.items()):
                walk(key, "key")
                walk(value, "value")
        open_nodes.pop()

    try:
        root = loader.get_single_node()
        if root is not None:
            walk(root, "value")
    except (yaml.YAMLError, ValueError, RecursionError):
        # It is JSON with tabs between its parts, which cfn-lint's reader of JSON takes.
        return None
    finally:
        loader.dispose()
    return found if len(found) <= MOST else len(found)


def answer(text):
    template, errors = decode_str(text)
    if errors:
        message = str(errors[0].message)
        # Of an error that is passed on, only its message names the place.
        named = [int(line) for line in re.findall(r"line (\d+), column", message)]
        lines = sorted({error.linenumber for error in errors}) if not message.startswith("Template ") else named
        refused = {"accepted": False, "lines": lines, "message": message[:200]}
        # PyYAML has two scanners: the one in C, which cfn-lint uses, refuses a few texts that the one in Python reads.
        found = nodes(text, yaml.SafeLoader) if nodes(text) is None else None
        return refused if found is None else {**refused, "python": found}
    return {"accepted": True, "nodes": nodes(text)}


sys.setrecursionlimit(20_000)


def templates(directory):
    """The paths and texts of what may be templates, as cfn-lint opens a file: with line ends of any kind made one."""
    for path in sorted(pathlib.Path(directory).rglob("*")):
        if path.suffix in (".yaml", ".yml", ".json", ".template") and path.is_file():
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            if "Resources" in text and "::" in text and len(text) < 1_000_000:
                yield path, text


def main():
    global MOST
    if len(sys.argv) > 1:
        MOST = 1_000_000
        for path, text in templates(sys.argv[1]):
            print(json.dumps({"name": str(path), "text": text, **answer(text)}))
        return
    here = pathlib.Path(__file__).resolve().parent / "snippets.jsonl"
    snippets = [json.loads(line) for line in here.read_text().splitlines()]
    lines = []
    for snippet in snippets:
        asked = {key: snippet[key] for key in ("name", "text", "pieces") if key in snippet}
        lines.append(json.dumps({**asked, **answer(text_of(snippet))}))
    here.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
