//! The life of a session with an editor: it begins with `initialize`, and ends with `shutdown` and `exit`. In: messages. Out: answers, and how the
//! session ended.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};

use lsp_server::{ErrorCode, Message, Notification, Request};
use lsp_types::notification::{self, Notification as _};
use lsp_types::request::{self, Request as _};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWatchedFilesRegistrationOptions, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, FileSystemWatcher, GlobPattern,
    HoverProviderCapability, InitializeParams, InitializeResult, MessageType, OneOf, PositionEncodingKind,
    Registration, RegistrationParams, ResourceOperationKind, SaveOptions, ServerCapabilities, ServerInfo,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, Uri, WorkspaceFoldersChangeEvent,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};
use serde::de::DeserializeOwned;

use crate::actions::EditSupport;
use crate::buffer::OpenTexts;
use crate::diagnostics::SETTINGS_FILE;
use crate::host::EditorHost;
use crate::inbox::{Inbox, Incoming};
use crate::outbox::Outbox;
use crate::project::{Project, Surroundings};
use crate::uri::path_of_uri;

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// The editor asked for it with `shutdown` first.
    Requested,
    /// The editor sent `exit`, or was gone, without `shutdown`.
    Abrupt,
}

/// Talks to an editor until it ends the session. A stream that ends is such an end too.
///
/// # Errors
/// Fails if the streams fail, or if nobody can tell where the next message begins.
pub fn serve_editor(
    input: impl BufRead + Send + 'static,
    output: impl Write,
    host: &dyn EditorHost,
) -> io::Result<SessionEnd> {
    let inbox = Inbox::open(input);
    let mut server = EditorServer {
        host,
        outbox: Outbox::new(output),
        documents: OpenTexts::default(),
        projects: BTreeMap::new(),
        phase: SessionPhase::New,
        client: ClientSupport::default(),
    };
    loop {
        let next = if server.is_check_due() {
            inbox.try_take()
        } else {
            if !server.is_searching() {
                server.outbox.end_progress()?;
            }
            Some(inbox.take())
        };
        match next {
            None => server.check(&inbox)?,
            Some(Incoming::Message(message)) => {
                if let Some(end) = server.handle(message, &inbox)? {
                    return Ok(end);
                }
            }
            Some(Incoming::Found(found)) => {
                if let Some(project) = server.projects.get_mut(&*found.root) {
                    project.take_over(found);
                }
            }
            Some(Incoming::Malformed(message)) => server.outbox.refuse_malformed(&message)?,
            Some(Incoming::End) => return Ok(server.end()),
            Some(Incoming::Broken(error)) => return Err(error),
        }
    }
}

/// What the editor may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SessionPhase {
    New,
    Running,
    ShutDown,
}

/// What the editor can do that not all can.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientSupport {
    /// It tells of files that change on the disk, if it is asked to.
    watches_files: bool,
    shows_progress: bool,
    pub(crate) edits: EditSupport,
    /// The folders that are open.
    folders: Vec<PathBuf>,
}

/// A server in a session.
pub(crate) struct EditorServer<'h, W> {
    pub(crate) host: &'h dyn EditorHost,
    pub(crate) outbox: Outbox<W>,
    pub(crate) documents: OpenTexts,
    /// The workspaces by their folders.
    pub(crate) projects: BTreeMap<PathBuf, Project>,
    phase: SessionPhase,
    pub(crate) client: ClientSupport,
}

impl<W: Write> EditorServer<'_, W> {
    fn end(&self) -> SessionEnd {
        if self.phase == SessionPhase::ShutDown {
            SessionEnd::Requested
        } else {
            SessionEnd::Abrupt
        }
    }

    fn handle(&mut self, message: Message, inbox: &Inbox) -> io::Result<Option<SessionEnd>> {
        match message {
            Message::Request(request) => self.answer(request, inbox)?,
            Message::Notification(call) if call.method == notification::Exit::METHOD => return Ok(Some(self.end())),
            Message::Notification(call) if self.phase == SessionPhase::Running => self.note(call)?,
            // An editor that was not greeted, or has said goodbye, is not listened to. What it answers is only that it has understood.
            Message::Notification(_) | Message::Response(_) => {}
        }
        Ok(None)
    }

    fn answer(&mut self, request: Request, inbox: &Inbox) -> io::Result<()> {
        let Request { id, method, params } = request;
        let is_greeting = method == request::Initialize::METHOD;
        match self.phase {
            SessionPhase::New if is_greeting => match serde_json::from_value(params) {
                Ok(params) => {
                    self.greet(params);
                    self.phase = SessionPhase::Running;
                    self.outbox.answer(id, describe_server())
                }
                Err(error) => {
                    let reason = format!("`initialize`: {error}");
                    self.outbox.refuse(id, ErrorCode::InvalidParams, reason)
                }
            },
            SessionPhase::New => {
                let reason = format!("`{method}` was sent before `initialize`");
                self.outbox.refuse(id, ErrorCode::ServerNotInitialized, reason)
            }
            SessionPhase::ShutDown => {
                let reason = format!("`{method}` was sent after `shutdown`");
                self.outbox.refuse(id, ErrorCode::InvalidRequest, reason)
            }
            SessionPhase::Running if is_greeting => {
                let reason = "`initialize` was sent twice";
                self.outbox.refuse(id, ErrorCode::InvalidRequest, reason)
            }
            SessionPhase::Running if method == request::Shutdown::METHOD => {
                self.phase = SessionPhase::ShutDown;
                self.outbox.answer(id, ())
            }
            SessionPhase::Running => self.answer_about_text(Request { id, method, params }, inbox),
        }
    }

    #[allow(deprecated, reason = "editors of before 2018 name their one folder in `rootUri`")]
    fn greet(&mut self, params: InitializeParams) {
        let client = params.capabilities;
        let workspace = client.workspace.unwrap_or_default();
        let watched = workspace.did_change_watched_files.unwrap_or_default();
        let folders = params.workspace_folders.unwrap_or_default().into_iter();
        let mut folders: Vec<Uri> = folders.map(|folder| folder.uri).collect();
        if folders.is_empty() {
            folders.extend(params.root_uri);
        }
        let edits = workspace.workspace_edit.unwrap_or_default();
        let operations = edits.resource_operations.unwrap_or_default();
        let document_changes = edits.document_changes.unwrap_or_default();
        self.client = ClientSupport {
            edits: EditSupport {
                document_changes,
                renames: document_changes && operations.contains(&ResourceOperationKind::Rename),
            },
            watches_files: watched.dynamic_registration.unwrap_or_default(),
            shows_progress: client
                .window
                .and_then(|window| window.work_done_progress)
                .unwrap_or_default(),
            folders: folders.iter().filter_map(path_of_uri).collect(),
        };
    }

    fn note(&mut self, call: Notification) -> io::Result<()> {
        let Notification { method, params } = call;
        let handled =
            match method.as_str() {
                notification::Initialized::METHOD => return self.begin(),
                notification::DidOpenTextDocument::METHOD => read_params(params).map(|params| self.open(params)),
                notification::DidChangeTextDocument::METHOD => read_params(params).map(|params| self.change(params)),
                notification::DidCloseTextDocument::METHOD => {
                    read_params(params).map(|params: DidCloseTextDocumentParams| self.close(&params.text_document.uri))
                }
                notification::DidSaveTextDocument::METHOD => read_params(params)
                    .map(|params: DidSaveTextDocumentParams| self.reload([&params.text_document.uri])),
                notification::DidChangeWatchedFiles::METHOD => {
                    read_params(params).map(|params: DidChangeWatchedFilesParams| {
                        self.reload(params.changes.iter().map(|change| &change.uri))
                    })
                }
                notification::DidChangeWorkspaceFolders::METHOD => read_params(params)
                    .map(|params: DidChangeWorkspaceFoldersParams| self.change_folders(&params.event)),
                // What is not understood may be ignored: nobody waits for an answer.
                _ => return Ok(()),
            };
        match handled {
            Ok(handled) => handled,
            Err(error) => self.outbox.log(MessageType::ERROR, format!("`{method}`: {error}")),
        }
    }

    /// Looks for the workspaces of the open folders.
    fn begin(&mut self) -> io::Result<()> {
        if self.client.watches_files {
            self.outbox.register(watch_files())?;
        }
        for folder in self.client.folders.clone() {
            self.add_folder(&folder);
        }
        if self.client.shows_progress && self.is_check_due() {
            self.outbox.begin_progress("schemactl: checking event schemas")?;
        }
        Ok(())
    }

    fn add_folder(&mut self, folder: &Path) {
        for root in self.host.find_workspaces(folder) {
            self.projects.entry(root.clone()).or_insert_with(|| Project::new(root));
        }
    }

    #[allow(
        clippy::unnecessary_wraps,
        reason = "the signature of what is done for a notification"
    )]
    fn open(&mut self, params: DidOpenTextDocumentParams) -> io::Result<()> {
        if let Some(path) = self.documents.open(params.text_document) {
            self.touch(&path);
        }
        Ok(())
    }

    fn change(&mut self, params: DidChangeTextDocumentParams) -> io::Result<()> {
        let changed = self.documents.change(&params.text_document, params.content_changes);
        if let Some(path) = path_of_uri(&params.text_document.uri) {
            self.touch(&path);
        }
        changed.or_else(|reason| self.outbox.show_error(reason))
    }

    #[allow(
        clippy::unnecessary_wraps,
        reason = "the signature of what is done for a notification"
    )]
    fn close(&mut self, uri: &Uri) -> io::Result<()> {
        if let Some(path) = self.documents.close(uri) {
            self.touch(&path);
        }
        Ok(())
    }

    /// Reads files again that may be others on the disk.
    #[allow(
        clippy::unnecessary_wraps,
        reason = "the signature of what is done for a notification"
    )]
    fn reload<'u>(&mut self, files: impl IntoIterator<Item = &'u Uri>) -> io::Result<()> {
        for path in files.into_iter().filter_map(path_of_uri) {
            self.touch(&path);
        }
        Ok(())
    }

    fn change_folders(&mut self, event: &WorkspaceFoldersChangeEvent) -> io::Result<()> {
        for folder in event.removed.iter().filter_map(|folder| path_of_uri(&folder.uri)) {
            let below = self.projects.keys().filter(|root| root.starts_with(&folder));
            for root in below.cloned().collect::<Vec<_>>() {
                self.remove(&root)?;
            }
        }
        for folder in event.added.iter().filter_map(|folder| path_of_uri(&folder.uri)) {
            self.add_folder(&folder);
        }
        Ok(())
    }

    /// Notes that a file may be another one than before; its workspace becomes known if it was not.
    fn touch(&mut self, path: &Path) {
        let is_root = |folder: &&Path| {
            let settings = folder.join(SETTINGS_FILE);
            settings.is_file() || self.documents.get(&settings).is_some()
        };
        let root = path.ancestors().skip(1).find(is_root);
        // Where the settings are gone, what is known of the workspace has to go too.
        for (known, project) in &mut self.projects {
            if let Ok(below) = path.strip_prefix(known) {
                project.touch(below);
            }
        }
        if let Some(root) = root {
            let root = root.to_owned();
            self.projects.entry(root.clone()).or_insert_with(|| Project::new(root));
        }
    }

    fn is_check_due(&self) -> bool {
        self.projects.values().any(Project::is_due)
    }

    fn is_searching(&self) -> bool {
        self.projects.values().any(Project::is_searching)
    }

    /// Checks every workspace that is due, until a message comes in.
    fn check(&mut self, inbox: &Inbox) -> io::Result<()> {
        let due: Vec<_> = self.projects.iter().filter(|(_, project)| project.is_due()).collect();
        let due: Vec<PathBuf> = due.into_iter().map(|(root, _)| root.clone()).collect();
        for root in due {
            let Some(project) = self.projects.get_mut(&root) else {
                continue;
            };
            if !project.is_there(&self.documents) {
                self.remove(&root)?;
                continue;
            }
            let mut surroundings = Surroundings {
                documents: &self.documents,
                host: self.host,
                outbox: &mut self.outbox,
            };
            project.check(&mut surroundings, inbox)?;
            if inbox.flow().has_message() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Forgets a workspace that is not there any more.
    fn remove(&mut self, root: &Path) -> io::Result<()> {
        let Some(mut project) = self.projects.remove(root) else {
            return Ok(());
        };
        let mut surroundings = Surroundings {
            documents: &self.documents,
            host: self.host,
            outbox: &mut self.outbox,
        };
        project.clear(&mut surroundings)?;
        let message = format!("{}: not checked any more", root.display());
        self.outbox.log(MessageType::INFO, message)
    }
}

fn read_params<P: DeserializeOwned>(params: serde_json::Value) -> Result<P, serde_json::Error> {
    serde_json::from_value(params)
}

fn describe_server() -> InitializeResult {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(SaveOptions::default().into()),
        ..TextDocumentSyncOptions::default()
    };
    let folders = WorkspaceFoldersServerCapabilities {
        supported: Some(true),
        change_notifications: Some(OneOf::Left(true)),
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
        ..CodeActionOptions::default()
    };
    let completions = CompletionOptions {
        trigger_characters: Some(["\"", "/", "#", "["].map(str::to_owned).to_vec()),
        ..CompletionOptions::default()
    };
    InitializeResult {
        capabilities: ServerCapabilities {
            position_encoding: Some(PositionEncodingKind::UTF16),
            text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
            workspace: Some(WorkspaceServerCapabilities {
                workspace_folders: Some(folders),
                file_operations: None,
            }),
            code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
            completion_provider: Some(completions),
            definition_provider: Some(OneOf::Left(true)),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            ..ServerCapabilities::default()
        },
        server_info: Some(ServerInfo {
            name: "schemactl".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    }
}

/// Asks the editor to tell of files that others write: git, a command in a terminal, another editor.
fn watch_files() -> RegistrationParams {
    let watchers = ["**/schemactl.toml", "**/schemactl.lock", "**/schemas/**"].map(|pattern| FileSystemWatcher {
        glob_pattern: GlobPattern::String(pattern.to_owned()),
        kind: None,
    });
    let options = DidChangeWatchedFilesRegistrationOptions {
        watchers: watchers.to_vec(),
    };
    RegistrationParams {
        registrations: vec![Registration {
            id: "schemactl-files".to_owned(),
            method: notification::DidChangeWatchedFiles::METHOD.to_owned(),
            register_options: serde_json::to_value(options).ok(),
        }],
    }
}
