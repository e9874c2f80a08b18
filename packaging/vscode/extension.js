// Starts `schemactl lsp` for folders that contain a schemactl.toml, and restarts it when `schemactl.path` changes. All else is done by the server.

const os = require("node:os");
const path = require("node:path");
const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

const INSTALL = "https://github.com/schemactl/schemactl/blob/main/docs/install.md";

/** The running client; nothing while there is none. */
let client;
/** Ends when the last start or stop has ended: two of them at once would leave a server behind. */
let pending = Promise.resolve();

/** Returns the program of the settings. */
function serverCommand() {
  const setting = vscode.workspace.getConfiguration("schemactl").get("path") || "schemactl";
  return setting.startsWith("~/") ? path.join(os.homedir(), setting.slice(2)) : setting;
}

async function start() {
  const command = serverCommand();
  const server = { command, args: ["lsp"], transport: TransportKind.stdio };
  const started = new LanguageClient("schemactl", "schemactl", server, {
    documentSelector: [
      { scheme: "file", pattern: "**/schemas/**/*.json" },
      { scheme: "file", pattern: "**/{schemactl,event}.toml" },
    ],
  });
  try {
    await started.start();
    client = started;
  } catch (error) {
    // Nobody waits for the answer: with the right path in the settings, the next start must not wait either.
    explain(command, error);
  }
}

async function explain(command, error) {
  const choice = await vscode.window.showErrorMessage(
    `schemactl: cannot start \`${command} lsp\`: ${error.message ?? error}. Install schemactl, or set \`schemactl.path\`.`,
    "Install",
    "Open Settings",
  );
  if (choice === "Install") {
    await vscode.env.openExternal(vscode.Uri.parse(INSTALL));
  } else if (choice === "Open Settings") {
    await vscode.commands.executeCommand("workbench.action.openSettings", "schemactl.path");
  }
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop();
}

function enqueue(step) {
  pending = pending.then(step, step);
  return pending;
}

function restart() {
  enqueue(stop);
  return enqueue(start);
}

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand("schemactl.restart", restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("schemactl.path")) {
        restart();
      }
    }),
  );
  return enqueue(start);
};

exports.deactivate = () => enqueue(stop);
