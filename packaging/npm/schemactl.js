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
const child = require("node:child_process").spawn(binary, args, { stdio: "inherit" });
// A terminal sends Ctrl-C to both; twice would end a push in the middle of a write.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) {
  process.on(signal, () => child.kill(signal));
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
