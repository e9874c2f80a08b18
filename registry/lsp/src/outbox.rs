//! What an editor is sent. In: answers, diagnostics, remarks. Out: messages in a stream, each whole.

use std::io::{self, Write};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{LogMessage, Progress, PublishDiagnostics, ShowMessage};
use lsp_types::request::{RegisterCapability, Request as _, WorkDoneProgressCreate};
use lsp_types::{
    Diagnostic, LogMessageParams, MessageType, NumberOrString, ProgressParams, ProgressParamsValue,
    PublishDiagnosticsParams, RegistrationParams, ShowMessageParams, Uri, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressCreateParams, WorkDoneProgressEnd,
};
use serde::Serialize;

use crate::message::{MalformedMessage, write_malformed};

/// The stream to an editor.
pub(crate) struct Outbox<W> {
    output: W,
    /// Requests to the editor so far: each has its number. The answers to all of them are only that they were understood.
    asked: i32,
    /// The progress that is shown.
    progress: Option<NumberOrString>,
}

impl<W: Write> Outbox<W> {
    pub(crate) fn new(output: W) -> Self {
        Self {
            output,
            asked: 0,
            progress: None,
        }
    }

    pub(crate) fn answer(&mut self, id: RequestId, result: impl Serialize) -> io::Result<()> {
        self.send(Response::new_ok(id, result))
    }

    pub(crate) fn refuse(&mut self, id: RequestId, code: ErrorCode, reason: impl Into<String>) -> io::Result<()> {
        self.send(Response::new_err(id, code as i32, reason.into()))
    }

    pub(crate) fn refuse_malformed(&mut self, message: &MalformedMessage) -> io::Result<()> {
        write_malformed(&mut self.output, message)
    }

    pub(crate) fn publish(&mut self, uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>) -> io::Result<()> {
        self.notify::<PublishDiagnostics>(PublishDiagnosticsParams::new(uri, diagnostics, version))
    }

    /// Writes a line into the log of the editor.
    pub(crate) fn log(&mut self, typ: MessageType, message: impl Into<String>) -> io::Result<()> {
        let message = message.into();
        self.notify::<LogMessage>(LogMessageParams { typ, message })
    }

    /// Shows an error to whoever sits at the editor.
    pub(crate) fn show_error(&mut self, message: impl Into<String>) -> io::Result<()> {
        self.notify::<ShowMessage>(ShowMessageParams {
            typ: MessageType::ERROR,
            message: message.into(),
        })
    }

    pub(crate) fn register(&mut self, params: RegistrationParams) -> io::Result<()> {
        self.ask(RegisterCapability::METHOD, params)
    }

    /// Shows that something lasts, unless that is shown already.
    pub(crate) fn begin_progress(&mut self, title: &str) -> io::Result<()> {
        if self.progress.is_some() {
            return Ok(());
        }
        let token = NumberOrString::String(format!("schemactl/{}", self.asked));
        let created = WorkDoneProgressCreateParams { token: token.clone() };
        self.ask(WorkDoneProgressCreate::METHOD, created)?;
        self.progress = Some(token.clone());
        let begin = WorkDoneProgressBegin {
            title: title.to_owned(),
            ..WorkDoneProgressBegin::default()
        };
        self.report_progress(token, WorkDoneProgress::Begin(begin))
    }

    pub(crate) fn end_progress(&mut self) -> io::Result<()> {
        match self.progress.take() {
            Some(token) => self.report_progress(token, WorkDoneProgress::End(WorkDoneProgressEnd::default())),
            None => Ok(()),
        }
    }

    fn report_progress(&mut self, token: NumberOrString, step: WorkDoneProgress) -> io::Result<()> {
        self.notify::<Progress>(ProgressParams {
            token,
            value: ProgressParamsValue::WorkDone(step),
        })
    }

    fn ask(&mut self, method: &str, params: impl Serialize) -> io::Result<()> {
        let id = RequestId::from(self.asked);
        self.asked += 1;
        self.send(Request::new(id, method.to_owned(), params))
    }

    fn notify<N: lsp_types::notification::Notification>(&mut self, params: N::Params) -> io::Result<()> {
        self.send(Notification::new(N::METHOD.to_owned(), params))
    }

    fn send(&mut self, message: impl Into<Message>) -> io::Result<()> {
        message.into().write(&mut self.output)
    }
}
