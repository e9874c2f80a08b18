//! One workspace while it is edited. In: its folder, the texts above it, the host. Out: the diagnostics that changed. What an edit has not
//! changed is not judged again; the events that are open are judged first, and the rest only while nobody waits.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use lsp_types::{CodeActionOrCommand, Range};
use schemactl_check::{CheckOptions, EventReports, PartialReport, Report, check_remembering, judged_formats};
use schemactl_compat::{Semantics, default_engine};
use schemactl_model::EventName;
use schemactl_workspace::{EditedFiles, LoadError, ReadOutcome, ReadScope, Workspace, WorkspaceEvent, WorkspaceReader};

use crate::actions::{ActionContext, EditSupport, list_actions};
use crate::buffer::OpenTexts;
use crate::diagnostics::{FileDiagnostics, SETTINGS_FILE, list_diagnostics};
use crate::former::FormerStates;
use crate::host::EditorHost;
use crate::inbox::{Inbox, MessageFlow};
use crate::outbox::Outbox;
use crate::searched::SearchedStates;

/// A workspace whose files may be open.
pub(crate) struct Project {
    root: PathBuf,
    reader: WorkspaceReader,
    /// What may have changed since it was read, seen from the workspace. Nothing before it is read for the first time.
    touched: Option<Vec<String>>,
    /// It could be read when it was read last.
    is_readable: bool,
    /// Every file was read since the last of them was touched.
    is_verified: bool,
    reports: EventReports,
    /// What was found last.
    report: Option<Report>,
    former: FormerStates,
    due: DueWork,
    /// What the editor was sent.
    shown: FileDiagnostics,
}

/// What is left to do for a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DueWork {
    /// To read what was touched.
    Reading,
    Judging,
    /// To read everything else: nobody tells of every file that another program writes.
    Verifying,
    Nothing,
}

/// What came of a request for actions.
pub(crate) enum ActionAnswer {
    Actions(Vec<CodeActionOrCommand>),
    /// A newer text came in while the answer was made.
    Outdated,
}

/// What a project is checked with.
pub(crate) struct Surroundings<'s, W> {
    pub(crate) documents: &'s OpenTexts,
    pub(crate) host: &'s dyn EditorHost,
    pub(crate) outbox: &'s mut Outbox<W>,
}

impl Project {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self {
            reader: WorkspaceReader::new(&root),
            root,
            touched: None,
            is_readable: false,
            is_verified: false,
            reports: EventReports::default(),
            report: None,
            former: FormerStates::default(),
            due: DueWork::Reading,
            shown: FileDiagnostics::new(),
        }
    }

    /// Notes that what stands at a path, seen from the workspace, may be another one than before.
    pub(crate) fn touch(&mut self, path: &Path) {
        let parts: Option<Vec<_>> = path.iter().map(|part| part.to_str()).collect();
        if let (Some(touched), Some(parts)) = (&mut self.touched, parts) {
            touched.push(parts.join("/"));
        }
        self.is_verified = false;
        self.due = DueWork::Reading;
    }

    /// Takes over earlier states that were searched.
    pub(crate) fn take_over(&mut self, found: SearchedStates) {
        if self.former.take_over(found) && self.is_readable && self.due != DueWork::Reading {
            self.due = DueWork::Judging;
        }
    }

    pub(crate) fn is_searching(&self) -> bool {
        self.former.is_searching()
    }

    /// Returns the workspace, each part of it as it was when it could last be read.
    pub(crate) fn workspace(&self) -> Option<&Workspace> {
        self.reader.workspace()
    }

    /// Reads what was touched, if that was not done yet.
    pub(crate) fn catch_up<W: Write>(&mut self, surroundings: &mut Surroundings<'_, W>) -> io::Result<()> {
        if self.due == DueWork::Reading {
            self.read_touched(surroundings)?;
        }
        Ok(())
    }

    /// Returns the actions for what is found in a range of a file.
    pub(crate) fn list_actions<W: Write>(
        &mut self,
        surroundings: &mut Surroundings<'_, W>,
        inbox: &Inbox,
        (path, range): (&str, Range),
        edits: EditSupport,
    ) -> io::Result<ActionAnswer> {
        self.catch_up(surroundings)?;
        if self.due == DueWork::Judging {
            self.judge_due(surroundings, inbox)?;
        }
        let (Some(workspace), Some(report)) = (self.reader.workspace(), &self.report) else {
            return Ok(ActionAnswer::Actions(Vec::new()));
        };
        if !self.is_readable {
            return Ok(ActionAnswer::Actions(Vec::new()));
        }
        if self.due == DueWork::Judging && inbox.flow().has_change() {
            return Ok(ActionAnswer::Outdated);
        }
        let context = ActionContext {
            root: &self.root,
            workspace,
            report,
            former: self.former.known(workspace),
            documents: surroundings.documents,
            host: surroundings.host,
            edits,
        };
        let shown = self.shown.get(path).map_or(&[][..], Vec::as_slice);
        Ok(ActionAnswer::Actions(list_actions(&context, shown, range)))
    }

    pub(crate) fn is_due(&self) -> bool {
        self.due != DueWork::Nothing
    }

    /// Returns whether there is a workspace still.
    pub(crate) fn is_there(&self, documents: &OpenTexts) -> bool {
        let settings = self.root.join(SETTINGS_FILE);
        settings.is_file() || (self.root.is_dir() && documents.get(&settings).is_some())
    }

    /// Checks what is due, until something more urgent comes up. Diagnostics are sent as soon as they are known.
    pub(crate) fn check<W: Write>(&mut self, surroundings: &mut Surroundings<'_, W>, inbox: &Inbox) -> io::Result<()> {
        if self.due == DueWork::Reading {
            self.read_touched(surroundings)?;
        }
        if self.due == DueWork::Judging {
            self.judge_due(surroundings, inbox)?;
        }
        if self.due == DueWork::Verifying && !inbox.flow().has_message() {
            self.verify(surroundings, inbox.flow())?;
        }
        Ok(())
    }

    /// Reads what was touched, and everything the first time.
    fn read_touched<W: Write>(&mut self, surroundings: &mut Surroundings<'_, W>) -> io::Result<()> {
        let edits = self.edits(surroundings.documents);
        let touched = self.touched.replace(Vec::new());
        self.is_verified = touched.is_none();
        let read = match &touched {
            Some(touched) => self.reader.read(&edits, ReadScope::Touched(touched)),
            None => self.reader.read(&edits, ReadScope::All(&|| true)),
        };
        self.is_readable = read.is_ok();
        match read {
            Ok(_) => self.due = DueWork::Judging,
            Err(errors) => {
                self.end_step();
                self.show_errors(errors, surroundings)?;
            }
        }
        Ok(())
    }

    /// Reads all files again, as long as no message waits.
    fn verify<W: Write>(&mut self, surroundings: &mut Surroundings<'_, W>, flow: &MessageFlow) -> io::Result<()> {
        let edits = self.edits(surroundings.documents);
        let read = self.reader.read(&edits, ReadScope::All(&|| !flow.has_message()));
        if matches!(read, Ok(ReadOutcome::Stopped)) {
            return Ok(());
        }
        self.is_verified = true;
        self.is_readable = read.is_ok();
        match read {
            Ok(ReadOutcome::Changed) => self.due = DueWork::Judging,
            Ok(_) => self.due = DueWork::Nothing,
            Err(errors) => {
                self.due = DueWork::Nothing;
                self.show_errors(errors, surroundings)?;
            }
        }
        Ok(())
    }

    fn judge_due<W: Write>(&mut self, surroundings: &mut Surroundings<'_, W>, inbox: &Inbox) -> io::Result<()> {
        let flow = inbox.flow();
        let open = self.open_events(surroundings.documents);
        if !open.is_empty() {
            let part = self.judge(surroundings.host, &|event| open.contains(event) && !flow.has_change());
            if part.skipped.is_empty() {
                return self.show_report(part, surroundings, inbox);
            }
            if !part.skipped.is_disjoint(&open) {
                return Ok(());
            }
            self.show_events(part, &open, surroundings)?;
        }
        let part = self.judge(surroundings.host, &|_| !flow.has_message());
        if part.skipped.is_empty() {
            self.show_report(part, surroundings, inbox)?;
        }
        Ok(())
    }

    fn end_step(&mut self) {
        self.due = if self.is_verified {
            DueWork::Nothing
        } else {
            DueWork::Verifying
        };
    }

    /// Sends that nothing is found any more.
    pub(crate) fn clear<W: Write>(&mut self, surroundings: &mut Surroundings<'_, W>) -> io::Result<()> {
        self.due = DueWork::Nothing;
        self.show(FileDiagnostics::new(), surroundings)
    }

    fn edits(&self, documents: &OpenTexts) -> EditedFiles {
        let open = documents.below(&self.root);
        EditedFiles {
            written: open.map(|(path, document)| (path, document.text.as_str())).collect(),
            removed: None,
        }
    }

    /// Judges the events that are wanted, and all that is not about one event.
    fn judge(&mut self, host: &dyn EditorHost, is_wanted: &(dyn Fn(&EventName) -> bool + Sync)) -> PartialReport {
        let workspace = self.reader.workspace();
        let workspace = workspace.expect("a workspace is judged after it was read");
        let today = Some(host.today());
        let formats = judged_formats(workspace, None);
        let engine = default_engine(Semantics { formats });
        let mut options = CheckOptions::new(&engine);
        options.former = self.former.known(workspace);
        options.today = today;
        options.compare_code = host.find_code_comparer();
        check_remembering(workspace, &options, &mut self.reports, is_wanted)
    }

    /// The events of which a file is open, and those that include one.
    fn open_events(&self, documents: &OpenTexts) -> BTreeSet<EventName> {
        let open: BTreeSet<String> = documents.below(&self.root).map(|(path, _)| path).collect();
        let events = self.reader.workspace().into_iter();
        let events = events.flat_map(|workspace| workspace.events.values());
        let open = events.filter(|event| open.iter().any(|path| is_file_of(event, path)));
        open.map(|event| event.name.clone()).collect()
    }

    fn show_report<W: Write>(
        &mut self,
        part: PartialReport,
        surroundings: &mut Surroundings<'_, W>,
        inbox: &Inbox,
    ) -> io::Result<()> {
        self.end_step();
        let listed = list_diagnostics(&self.root, &part.report, surroundings.host);
        self.report = Some(part.report);
        self.show(listed, surroundings)?;
        if let Some(workspace) = self.reader.workspace() {
            self.former.search(workspace, surroundings.host, inbox);
        }
        Ok(())
    }

    /// Sends what was found in the folders of some events, while others are not checked yet.
    fn show_events<W: Write>(
        &mut self,
        part: PartialReport,
        events: &BTreeSet<EventName>,
        surroundings: &mut Surroundings<'_, W>,
    ) -> io::Result<()> {
        let is_theirs = |path: &str| events.iter().any(|event| is_below_event(path, event));
        let mut listed = list_diagnostics(&self.root, &part.report, surroundings.host);
        listed.retain(|path, _| is_theirs(path));
        let others = self.shown.iter().filter(|(path, _)| !is_theirs(path));
        listed.extend(others.map(|(path, diagnostics)| (path.clone(), diagnostics.clone())));
        self.report = Some(part.report);
        self.show(listed, surroundings)
    }

    /// Sends why the workspace cannot be read. What is known of other events stays: half a word in one file is no reason to forget them.
    fn show_errors<W: Write>(
        &mut self,
        errors: Vec<LoadError>,
        surroundings: &mut Surroundings<'_, W>,
    ) -> io::Result<()> {
        let report = surroundings.host.report_errors(errors);
        let mut listed = list_diagnostics(&self.root, &report, surroundings.host);
        let events = self.reader.workspace().into_iter();
        let events = events.flat_map(|workspace| workspace.events.values());
        let (broken, sound): (Vec<_>, Vec<_>) = events
            .partition(|event| !self.reports.has_files_of(event) || listed.keys().any(|path| is_file_of(event, path)));
        let is_kept = |path: &str| {
            let is_below = |event: &&WorkspaceEvent| is_below_event(path, &event.name);
            sound.iter().any(is_below) && !broken.iter().any(is_below)
        };
        for (path, diagnostics) in &self.shown {
            let is_open = surroundings.documents.get(&self.root.join(path)).is_some();
            if is_kept(path) && !is_open && !listed.contains_key(path) {
                listed.insert(path.clone(), diagnostics.clone());
            }
        }
        self.show(listed, surroundings)
    }

    /// Sends the diagnostics of files for which they are others now, and of every file that is open: an editor moves them while somebody types.
    fn show<W: Write>(&mut self, listed: FileDiagnostics, surroundings: &mut Surroundings<'_, W>) -> io::Result<()> {
        let open: BTreeSet<String> = surroundings.documents.below(&self.root).map(|(path, _)| path).collect();
        let paths: BTreeSet<&String> = self.shown.keys().chain(listed.keys()).chain(&open).collect();
        for path in paths {
            let (new, old) = (listed.get(path), self.shown.get(path));
            if new == old && !open.contains(path) {
                continue;
            }
            let full = self.root.join(path);
            let document = surroundings.documents.get(&full);
            let uri = surroundings.documents.uri_of(&full);
            let version = document.map(|document| document.version);
            let diagnostics = new.cloned().unwrap_or_default();
            if let Some(uri) = uri {
                surroundings.outbox.publish(uri, version, diagnostics)?;
            }
        }
        self.shown = listed;
        Ok(())
    }
}

/// Returns whether a check of an event reads a file: one of its folder, or one that a schema of it includes.
fn is_file_of(event: &WorkspaceEvent, path: &str) -> bool {
    let mut included = event.versions.values().flat_map(|version| version.document.included());
    is_below_event(path, &event.name) || included.any(|source| source.path() == path)
}

fn is_below_event(path: &str, event: &EventName) -> bool {
    let parts: Vec<_> = Path::new(path).iter().take(4).collect();
    matches!(parts[..], [schemas, namespace, name, _]
        if schemas == "schemas" && namespace == event.namespace() && name == event.name())
}
