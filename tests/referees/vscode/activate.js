// Runs the extension without an editor: what it starts, and what it says when that fails. In: the folder of the unpacked extension, the value of
// `schemactl.path`, and the words with which the client fails, if it shall. Out: a line of JSON. The real client is loaded too, so that a package that it
// needs and that is not packed is noticed.

const Module = require("node:module");
const path = require("node:path");

const [folder, setting, failure] = process.argv.slice(2);
const extension = require.resolve(path.join(folder, "extension.js"));
const seen = { started: [], stopped: 0, commands: [], errors: [] };
const listeners = [];

/** Anything of an editor: it can be called, extended, and asked for more of its kind. */
const anything = new Proxy(class {}, {
  get: (target, name) => (name in target || typeof name === "symbol" ? target[name] : anything),
  apply: () => anything,
});

const vscode = {
  workspace: {
    getConfiguration: () => ({ get: (name) => (name === "path" ? setting : undefined) }),
    onDidChangeConfiguration: (listener) => listeners.push(listener),
  },
  window: { showErrorMessage: async (text) => void seen.errors.push(text) },
  commands: { registerCommand: (name) => seen.commands.push(name) },
};

class Client {
  constructor(id, name, server, options) {
    this.started = { command: server.command, args: server.args, patterns: options.documentSelector.map((one) => one.pattern) };
  }

  async start() {
    if (failure) {
      throw new Error(failure);
    }
    seen.started.push(this.started);
  }

  async stop() {
    seen.stopped += 1;
  }
}

const load = Module._load;
function loadWith(replaced) {
  Module._load = (name, ...rest) => replaced[name] ?? load(name, ...rest);
}

async function main() {
  loadWith({ vscode: anything });
  const { TransportKind } = Module.createRequire(extension)("vscode-languageclient/node");
  loadWith({ vscode, "vscode-languageclient/node": { LanguageClient: Client, TransportKind } });
  const { activate, deactivate } = require(extension);
  await activate({ subscriptions: [] });
  listeners.forEach((listener) => listener({ affectsConfiguration: (name) => name === "schemactl.path" }));
  await deactivate();
  console.log(JSON.stringify(seen));
}

main();
