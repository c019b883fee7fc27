"use strict";

// Which binary is started. Nothing here needs the editor, so that it can be tested without one.

const fs = require("fs");
const path = require("path");

/** What the binary is called on this system. */
const NAME = process.platform === "win32" ? "rolecall.exe" : "rolecall";

function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * The binary: the one that is set, else the one on the search path, else the one that came with the extension.
 *
 * @param {string} set the setting, as the user wrote it; may begin with `~` or be relative to a workspace folder
 * @param {string[]} folders the paths of the workspace folders
 * @param {string} searchPath the `PATH`
 * @param {string} extension the directory of the extension
 * @param {string} home the user's directory
 * @returns {{ file: string } | { problem: string }}
 */
function find({ set, folders, searchPath, extension, home }) {
  if (set) {
    const written = set.startsWith("~/") ? path.join(home, set.slice(2)) : set;
    const candidates = path.isAbsolute(written) ? [written] : folders.map((folder) => path.join(folder, written));
    const file = candidates.find(isProgram);
    return file ? { file } : { problem: `rolecall.path is set to ${set}, and there is no program there.` };
  }
  const places = searchPath.split(path.delimiter).filter(Boolean).map((directory) => path.join(directory, NAME));
  const file = [...places, path.join(extension, "bin", NAME)].find(isProgram);
  return file ? { file } : { problem: "There is no rolecall on the PATH, and none came with this extension." };
}

module.exports = { NAME, find };
