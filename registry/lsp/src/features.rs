//! Answers to what an editor asks about a place in a text: actions, definitions, completions, hovers. In: a request. Out: its answer. What is known of
//! the workspace is brought up to date first, as far as the answer depends on it.

use std::io::{self, Write};
use std::path::PathBuf;

use lsp_server::{ErrorCode, Request, RequestId};
use lsp_types::request::{self, Request as _};
use lsp_types::{
    CodeActionParams, CompletionParams, GotoDefinitionParams, Hover, HoverContents, HoverParams, Location,
    MarkupContent, MarkupKind, Range, TextDocumentPositionParams, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::completion::list_completions;
use crate::definition::{FoundPlace, find_definition};
use crate::files::WorkspaceFiles;
use crate::hover::describe_place;
use crate::inbox::Inbox;
use crate::position::LineIndex;
use crate::project::{ActionAnswer, Surroundings};
use crate::server::EditorServer;
use crate::uri::path_of_uri;

/// A place in a text, and the workspace around it.
struct AskedPlace<'p> {
    files: WorkspaceFiles<'p>,
    /// The file, seen from the workspace.
    path: &'p str,
    text: &'p str,
    offset: usize,
}

impl<W: Write> EditorServer<'_, W> {
    /// Answers a request about a text.
    pub(crate) fn answer_about_text(&mut self, request: Request, inbox: &Inbox) -> io::Result<()> {
        let Request { id, method, params } = request;
        match method.as_str() {
            request::CodeActionRequest::METHOD => {
                self.answer_with(id, &method, params, |server, id, params: CodeActionParams| {
                    server.answer_actions(id, &params, inbox)
                })
            }
            request::Completion::METHOD => {
                self.answer_with(id, &method, params, |server, id, params: CompletionParams| {
                    let items = server.ask_place(&params.text_document_position, |place| {
                        Some(list_completions(&place.files, place.path, place.text, place.offset))
                    })?;
                    server.outbox.answer(id, items)
                })
            }
            request::GotoDefinition::METHOD => {
                self.answer_with(id, &method, params, |server, id, params: GotoDefinitionParams| {
                    let found = server.ask_place(&params.text_document_position_params, locate_definition)?;
                    server.outbox.answer(id, found)
                })
            }
            request::HoverRequest::METHOD => {
                self.answer_with(id, &method, params, |server, id, params: HoverParams| {
                    let hover = server.ask_place(&params.text_document_position_params, hover_over)?;
                    server.outbox.answer(id, hover)
                })
            }
            _ => {
                let reason = format!("`{method}` is not supported");
                self.outbox.refuse(id, ErrorCode::MethodNotFound, reason)
            }
        }
    }

    fn answer_with<P: DeserializeOwned>(
        &mut self,
        id: RequestId,
        method: &str,
        params: serde_json::Value,
        answer: impl FnOnce(&mut Self, RequestId, P) -> io::Result<()>,
    ) -> io::Result<()> {
        match serde_json::from_value(params) {
            Ok(params) => answer(self, id, params),
            Err(error) => {
                let reason = format!("`{method}`: {error}");
                self.outbox.refuse(id, ErrorCode::InvalidParams, reason)
            }
        }
    }

    fn answer_actions(&mut self, id: RequestId, params: &CodeActionParams, inbox: &Inbox) -> io::Result<()> {
        let Some((root, path)) = self.find_file(&params.text_document.uri) else {
            return self.outbox.answer(id, ());
        };
        let Some(project) = self.projects.get_mut(&root) else {
            return self.outbox.answer(id, ());
        };
        let mut surroundings = Surroundings {
            documents: &self.documents,
            host: self.host,
            outbox: &mut self.outbox,
        };
        match project.list_actions(&mut surroundings, inbox, (&path, params.range), self.client.edits)? {
            ActionAnswer::Actions(actions) => self.outbox.answer(id, actions),
            ActionAnswer::Outdated => {
                let reason = "the text has changed since";
                self.outbox.refuse(id, ErrorCode::ContentModified, reason)
            }
        }
    }

    /// Asks about a place in a text of a workspace. There is nothing to say of any other text.
    fn ask_place<T: Serialize>(
        &mut self,
        asked: &TextDocumentPositionParams,
        answer: impl FnOnce(&AskedPlace<'_>) -> Option<T>,
    ) -> io::Result<Option<T>> {
        let Some((root, path)) = self.find_file(&asked.text_document.uri) else {
            return Ok(None);
        };
        let Some(project) = self.projects.get_mut(&root) else {
            return Ok(None);
        };
        let mut surroundings = Surroundings {
            documents: &self.documents,
            host: self.host,
            outbox: &mut self.outbox,
        };
        project.catch_up(&mut surroundings)?;
        let Some(workspace) = project.workspace() else {
            return Ok(None);
        };
        let files = WorkspaceFiles {
            root: &root,
            workspace,
            documents: &self.documents,
        };
        let Some(source) = files.read(&path) else {
            return Ok(None);
        };
        let text = source.text();
        let Some(offset) = LineIndex::new(text).offset_at(asked.position) else {
            return Ok(None);
        };
        Ok(answer(&AskedPlace {
            files,
            path: &path,
            text,
            offset,
        }))
    }

    /// Returns the workspace of a file, and its path there: of nested ones the innermost.
    fn find_file(&self, uri: &Uri) -> Option<(PathBuf, String)> {
        let path = path_of_uri(uri)?;
        let mut roots = path.ancestors().filter(|folder| self.projects.contains_key(*folder));
        let root = roots.next()?.to_owned();
        let parts = path.strip_prefix(&root).ok()?.iter();
        let parts: Option<Vec<&str>> = parts.map(|part| part.to_str()).collect();
        Some((root, parts?.join("/")))
    }
}

fn locate_definition(place: &AskedPlace<'_>) -> Option<Location> {
    let FoundPlace { file, span } = find_definition(&place.files, place.path, place.text, place.offset)?;
    let path = place.files.root.join(file.path());
    let uri = place.files.documents.uri_of(&path)?;
    Some(Location::new(uri, LineIndex::new(file.text()).first_line_of(span)))
}

fn hover_over(place: &AskedPlace<'_>) -> Option<Hover> {
    let hover = describe_place(&place.files, place.path, place.text, place.offset)?;
    let lines = LineIndex::new(place.text);
    let about = Range::new(lines.position_at(hover.about.start), lines.position_at(hover.about.end));
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent {
            kind: MarkupKind::Markdown,
            value: hover.markdown,
        }),
        range: Some(about),
    })
}
