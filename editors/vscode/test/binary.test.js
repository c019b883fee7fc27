"use strict";

const assert = require("node:assert");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const { NAME, find } = require("../binary");

const root = fs.mkdtempSync(path.join(os.tmpdir(), "rolecall-"));

function program(...parts) {
  const file = path.join(root, ...parts, NAME);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, "", { mode: 0o755 });
  return file;
}

const onPath = program("on path");
const bundled = program("extension", "bin");
const local = program("folder", "tools");
const given = {
  set: "",
  folders: [path.join(root, "folder")],
  searchPath: ["", path.join(root, "nothing here"), path.join(root, "on path")].join(path.delimiter),
  extension: path.join(root, "extension"),
  home: path.join(root, "folder"),
};

test("what is set goes first, then the search path, then what came along", () => {
  assert.deepStrictEqual(find({ ...given, set: path.join("tools", NAME) }), { file: local });
  assert.deepStrictEqual(find({ ...given, set: `~/tools/${NAME}` }), { file: local });
  assert.deepStrictEqual(find(given), { file: onPath });
  assert.deepStrictEqual(find({ ...given, searchPath: "" }), { file: bundled });
});

test("what is not there is told", () => {
  assert.match(find({ ...given, set: "/no/such/rolecall" }).problem, /\/no\/such\/rolecall/);
  assert.match(find({ ...given, searchPath: "", extension: root }).problem, /PATH/);
  assert.match(find({ ...given, set: root }).problem, /no program/);
});
