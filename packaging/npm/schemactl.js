#!/usr/bin/env node
// Starts the schemactl binary of this platform, which an optional dependency has brought. Where Node can, the binary takes the place of
// this process; elsewhere it gets the same standard streams and signals, and its exit code is ours.
"use strict";

const path = require("node:path");

const platform = `@schemactl/${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "schemactl.exe" : "schemactl";

function findBinary() {
  try {
    return path.join(path.dirname(require.resolve(`${platform}/package.json`)), "bin", file);
  } catch {
    console.error(
      `schemactl: the package ${platform} is not installed. npm leaves it out with --omit=optional, and there is none for every platform:` +
        " reinstall without that option, or install schemactl with pip or from the archive of the release.",
    );
    process.exit(2);
  }
}

const binary = findBinary();
const args = process.argv.slice(2);
if (typeof process.execve === "function") {
  process.execve(binary, [binary, ...args], process.env);
}
const isWindows = process.platform === "win32";
// A terminal sends Ctrl-C to its whole process group, and two of them end a push in the middle of a write. In a group of its own the binary gets
// each signal once, from here, whoever sent it. Windows has no such groups: there the console sends Ctrl-C to both.
const child = require("node:child_process").spawn(binary, args, { stdio: "inherit", detached: !isWindows });
process.on("SIGINT", () => isWindows || child.kill("SIGINT"));
for (const signal of isWindows ? ["SIGTERM"] : ["SIGTERM", "SIGHUP", "SIGQUIT", "SIGCONT"]) {
  process.on(signal, () => child.kill(signal));
}
if (!isWindows) {
  process.on("SIGTSTP", () => {
    child.kill("SIGSTOP");
    process.kill(process.pid, "SIGSTOP");
  });
}
child.on("error", (error) => {
  console.error(`schemactl: ${binary} cannot be run: ${error.message}`);
  process.exit(2);
});
child.on("exit", (code, signal) => {
  if (signal) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  } else {
    process.exit(code);
  }
});
