//! An editor without a screen: it starts `schemactl lsp`, and keeps the diagnostics that it is sent. Where the server should answer and does not,
//! the test fails after [`PATIENCE`] and does not hang.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use schemactl_tests::{binary, clean_command};
use serde_json::{Value as Json, json};

/// How long an answer may take on a machine that does a lot beside it: no test measures by it.
const PATIENCE: Duration = Duration::from_mins(2);

/// The day on which the server judges.
pub(crate) const TODAY: &str = "2026-07-01";

/// A finding as a list shows it: file, line from 1, rule.
pub(crate) type ListedFinding = (String, u64, String);

pub(crate) struct Editor {
    server: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Json>,
    requests: i32,
    /// The last diagnostics of each file, by URI.
    published: BTreeMap<String, Json>,
    /// Other notifications that came in.
    pub(crate) notes: Vec<Json>,
    /// The server has shown that nothing is left to check.
    is_settled: bool,
}

/// Returns the URI of a path without strange characters.
pub(crate) fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

impl Editor {
    /// Starts a server and nothing else.
    pub(crate) fn start() -> Self {
        let mut command = clean_command(&binary());
        command.args(["lsp", "--stdio", "--today", TODAY]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut server = command.spawn().unwrap();
        let output = server.stdout.take().unwrap();
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read_frame(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self {
            input: server.stdin.take(),
            server,
            messages,
            requests: 0,
            published: BTreeMap::new(),
            notes: Vec::new(),
            is_settled: false,
        }
    }

    /// Starts a server for folders, and waits until everything in them is checked.
    pub(crate) fn with_folders(folders: &[&Path]) -> Self {
        let mut editor = Self::start();
        editor.initialize(folders);
        editor.notify("initialized", &json!({}));
        while !editor.is_settled {
            editor.receive();
        }
        editor
    }

    pub(crate) fn initialize(&mut self, folders: &[&Path]) -> Json {
        let folders: Vec<_> = folders
            .iter()
            .map(|folder| json!({"uri": uri(folder), "name": "x"}))
            .collect();
        let capabilities = json!({
            "window": {"workDoneProgress": true},
            "workspace": {
                "didChangeWatchedFiles": {"dynamicRegistration": true},
                "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create", "rename", "delete"]},
            },
        });
        self.request(
            "initialize",
            &json!({"processId": null, "rootUri": null, "workspaceFolders": folders, "capabilities": capabilities}),
        )
    }

    /// Sends bytes as they are.
    pub(crate) fn send_raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        // A server that has ended reads nothing any more; what it said counts.
        let _ = input.write_all(bytes).and_then(|()| input.flush());
    }

    pub(crate) fn send(&mut self, content: &str) {
        self.send_raw(format!("Content-Length: {}\r\n\r\n{content}", content.len()).as_bytes());
    }

    pub(crate) fn notify(&mut self, method: &str, params: &Json) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string());
    }

    /// Returns the whole answer to a request.
    pub(crate) fn request(&mut self, method: &str, params: &Json) -> Json {
        let id = self.requests;
        self.requests += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string());
        self.answer_to(&json!(id))
    }

    /// Waits for the answer with an id.
    pub(crate) fn answer_to(&mut self, id: &Json) -> Json {
        loop {
            if let Some(answer) = self.receive().filter(|message| message["id"] == *id) {
                return answer;
            }
        }
    }

    pub(crate) fn open(&mut self, path: &Path, text: &str) {
        let document = json!({"uri": uri(path), "languageId": "json", "version": 1, "text": text});
        self.notify("textDocument/didOpen", &json!({"textDocument": document}));
    }

    /// Changes a text as a whole, or a range of it, and waits for what is found then.
    pub(crate) fn change(&mut self, path: &Path, version: i32, changes: &Json) {
        let document = json!({"uri": uri(path), "version": version});
        self.notify(
            "textDocument/didChange",
            &json!({"textDocument": document, "contentChanges": changes}),
        );
        self.wait_for(path, version);
    }

    /// Waits for the diagnostics of a version of a text.
    pub(crate) fn wait_for(&mut self, path: &Path, version: i32) {
        while self
            .published
            .get(&uri(path))
            .is_none_or(|published| published["version"] != version)
        {
            self.receive();
        }
    }

    /// Waits until a file has as many diagnostics.
    pub(crate) fn wait_for_count(&mut self, path: &Path, count: usize) {
        self.wait_until(|editor| editor.diagnostics(path).len() == count);
    }

    /// Waits for anything that the server sends.
    pub(crate) fn wait_for_message(&mut self) {
        self.receive();
    }

    /// Waits until what is shown is as it should be.
    pub(crate) fn wait_until(&mut self, is_reached: impl Fn(&Self) -> bool) {
        while !is_reached(self) {
            self.receive();
        }
    }

    pub(crate) fn diagnostics(&self, path: &Path) -> Vec<Json> {
        let published = self.published.get(&uri(path));
        published.map_or_else(Vec::new, |published| {
            published["diagnostics"].as_array().unwrap().clone()
        })
    }

    /// The rules of the diagnostics of a file, in their order.
    pub(crate) fn rules(&self, path: &Path) -> Vec<String> {
        let diagnostics = self.diagnostics(path).into_iter();
        diagnostics
            .map(|diagnostic| diagnostic["code"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Everything that is shown, with files as they are seen from a folder.
    pub(crate) fn findings(&self, folder: &Path) -> BTreeSet<ListedFinding> {
        let prefix = format!("{}/", uri(folder));
        let files = self.published.iter();
        let all = files.flat_map(|(uri, published)| {
            let file = uri.strip_prefix(&prefix).unwrap_or(uri).to_owned();
            let diagnostics = published["diagnostics"].as_array().unwrap().iter();
            diagnostics.map(move |diagnostic| {
                let line = diagnostic["range"]["start"]["line"].as_u64().unwrap() + 1;
                (file.clone(), line, diagnostic["code"].as_str().unwrap().to_owned())
            })
        });
        all.collect()
    }

    /// Receives a message, and returns it if it is an answer.
    fn receive(&mut self) -> Option<Json> {
        let message = match self.messages.recv_timeout(PATIENCE) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout) => panic!("the server does not answer"),
            Err(RecvTimeoutError::Disconnected) => panic!("the server has ended: {}", self.read_errors()),
        };
        match message["method"].as_str() {
            None => return Some(message),
            Some("textDocument/publishDiagnostics") => {
                let uri = message["params"]["uri"].as_str().unwrap().to_owned();
                self.published.insert(uri, message["params"].clone());
            }
            Some("$/progress") => self.is_settled = message["params"]["value"]["kind"] == "end",
            Some(_) if message.get("id").is_some() => {
                self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": null}).to_string());
            }
            Some(_) => self.notes.push(message),
        }
        None
    }

    fn read_errors(&mut self) -> String {
        let mut text = String::new();
        let errors = self.server.stderr.as_mut().unwrap();
        errors.read_to_string(&mut text).unwrap();
        text
    }

    /// Ends the session as the protocol has it.
    pub(crate) fn finish(mut self) {
        assert_eq!(self.request("shutdown", &Json::Null)["result"], Json::Null);
        self.notify("exit", &Json::Null);
        assert_eq!(self.end(), (Some(0), String::new()));
    }

    /// Closes the stream and returns the exit code and what was said on standard error.
    pub(crate) fn end(&mut self) -> (Option<i32>, String) {
        self.input = None;
        let code = self.server.wait().unwrap().code();
        (code, self.read_errors())
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        // Of a test that has failed: the server ends with its stream, and nobody waits for it.
        self.input = None;
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn read_frame(output: &mut impl BufRead) -> Option<Json> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().unwrap(),
            _ => break,
        }
    }
    let mut content = vec![0; length];
    output.read_exact(&mut content).ok()?;
    Some(serde_json::from_slice(&content).unwrap())
}

/// A folder with files that is deleted in the end.
pub(crate) fn folder_with(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for (path, text) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    (folder, root)
}
