//! Code actions: what can be done about a finding, as edits that the editor makes. In: the report, the range that was asked about, the host. Out: edits
//! that bump a version, add a waiver, or bring back the text of a released schema.

use std::collections::HashMap;
use std::path::Path;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, Diagnostic, DocumentChangeOperation, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, Range, RenameFile, ResourceOp, TextDocumentEdit, TextEdit, Uri,
    WorkspaceEdit,
};
use schemactl_check::{Finding, Report, Rule};
use schemactl_model::Source;
use schemactl_workspace::{EarlierState, Workspace};

use crate::buffer::OpenTexts;
use crate::host::{EditorHost, PlannedFile};
use crate::position::LineIndex;
use crate::uri::uri_of_path;

/// What actions are made of.
pub(crate) struct ActionContext<'c> {
    pub(crate) root: &'c Path,
    pub(crate) workspace: &'c Workspace,
    pub(crate) report: &'c Report,
    pub(crate) former: &'c [EarlierState],
    pub(crate) documents: &'c OpenTexts,
    pub(crate) host: &'c dyn EditorHost,
    pub(crate) edits: EditSupport,
}

/// Which edits the editor makes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EditSupport {
    /// Edits of several files in an order, each of a version of its text.
    pub(crate) document_changes: bool,
    /// Files get other names.
    pub(crate) renames: bool,
}

/// Returns the actions for diagnostics that a range touches.
pub(crate) fn list_actions(
    context: &ActionContext<'_>,
    shown: &[Diagnostic],
    range: Range,
) -> Vec<CodeActionOrCommand> {
    let mut actions: Vec<CodeAction> = Vec::new();
    for diagnostic in shown.iter().filter(|diagnostic| touches(diagnostic.range, range)) {
        let Some(finding) = context.find(diagnostic) else {
            continue;
        };
        let possible = [context.revert(finding), context.bump(finding), context.accept(finding)];
        for action in possible.into_iter().flatten() {
            let known = actions
                .iter_mut()
                .find(|known| known.title == action.title && known.edit == action.edit);
            match known {
                // One bump corrects several findings.
                Some(known) => known.diagnostics.get_or_insert_default().push(diagnostic.clone()),
                None => actions.push(CodeAction {
                    diagnostics: Some(vec![diagnostic.clone()]),
                    ..action
                }),
            }
        }
    }
    actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

/// Both ends count: a cursor stands between two characters.
fn touches(one: Range, other: Range) -> bool {
    one.start <= other.end && other.start <= one.end
}

impl<'c> ActionContext<'c> {
    fn find(&self, diagnostic: &Diagnostic) -> Option<&'c Finding> {
        let print = diagnostic.data.as_ref()?.get("fingerprint")?.as_str()?;
        let mut findings = self.report.findings.iter();
        findings.find(|finding| finding.fingerprint == print)
    }

    /// Gives the newest version of the event the number that it needs.
    fn bump(&self, finding: &Finding) -> Option<CodeAction> {
        let event = self.workspace.events.get(finding.event.as_ref()?)?;
        let newest = &event.newest()?.version;
        if !self.edits.renames || finding.new.as_ref() != Some(newest) || finding.waived.is_some() {
            return None;
        }
        let planned = self.host.plan_bump(self.workspace, self.report, &event.name);
        let mut summaries = self.report.summaries.iter();
        let summary = summaries.find(|summary| summary.event == event.name && summary.wrote == *newest);
        let needed = summary?.needed.as_ref()?;
        let title = format!("Rename {} {newest} to {needed}", event.name.name());
        self.action(title, &planned)
    }

    /// Accepts a finding in the settings of its event.
    fn accept(&self, finding: &Finding) -> Option<CodeAction> {
        let planned = self.host.plan_waiver(self.workspace, finding)?;
        let file = planned.path.file_name()?.to_string_lossy().into_owned();
        let title = format!("Accept `{}` with a waiver in {file}", finding.rule);
        self.action(title, &[planned])
    }

    /// Brings back the text that a file had when a version was released.
    fn revert(&self, finding: &Finding) -> Option<CodeAction> {
        if finding.rule != Rule::ReleasedSchemaChanged {
            return None;
        }
        let path = finding.places.first()?.source.path();
        let planned = PlannedFile {
            path: self.root.join(path),
            renamed_from: None,
            text: self.find_released_text(path)?.to_owned(),
        };
        let title = format!("Restore {} as it was released", file_name(path));
        self.action(title, &[planned])
    }

    /// The text of a file in a schema that has the digest of a released version.
    fn find_released_text(&self, path: &str) -> Option<&'c str> {
        let schemas = self.former.iter().flat_map(|state| {
            let events = state.events.values();
            events.flat_map(|event| event.versions.values().map(|schema| (&event.name, schema)))
        });
        let lock = &self.workspace.lock;
        let mut released =
            schemas.filter(|(event, schema)| lock.digest(event, &schema.version) == Some(&schema.digest));
        released.find_map(|(_, schema)| {
            let document = &schema.document;
            let mut files = std::iter::once(document.source()).chain(document.included());
            let file = files.find(|file| file.path() == path);
            file.map(Source::text)
        })
    }

    fn action(&self, title: String, planned: &[PlannedFile]) -> Option<CodeAction> {
        let mut operations = Vec::new();
        for file in planned {
            self.add_operations(file, &mut operations)?;
        }
        let edit = if self.edits.document_changes {
            WorkspaceEdit {
                document_changes: Some(DocumentChanges::Operations(operations.clone())),
                ..WorkspaceEdit::default()
            }
        } else {
            WorkspaceEdit {
                changes: Some(list_text_edits(&operations)?),
                ..WorkspaceEdit::default()
            }
        };
        (!operations.is_empty()).then(|| CodeAction {
            title,
            kind: Some(CodeActionKind::QUICKFIX),
            edit: Some(edit),
            ..CodeAction::default()
        })
    }

    /// Adds what the editor has to do to a file: give it its name, then its text.
    fn add_operations(&self, file: &PlannedFile, operations: &mut Vec<DocumentChangeOperation>) -> Option<()> {
        let before = file.renamed_from.as_deref().unwrap_or(&file.path);
        let open = self.documents.get(before);
        let uri_before = self.documents.uri_of(before)?;
        let text = match open {
            Some(open) => open.text.clone(),
            None => std::fs::read_to_string(before).ok()?,
        };
        let mut uri = uri_before.clone();
        let mut version = open.map(|open| open.version);
        if file.renamed_from.is_some() {
            uri = uri_of_path(&file.path)?;
            version = None;
            let rename = RenameFile {
                old_uri: uri_before,
                new_uri: uri.clone(),
                options: None,
                annotation_id: None,
            };
            operations.push(DocumentChangeOperation::Op(ResourceOp::Rename(rename)));
        }
        if let Some(edit) = replace_difference(&text, &file.text) {
            operations.push(DocumentChangeOperation::Edit(TextDocumentEdit {
                text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
                edits: vec![OneOf::Left(edit)],
            }));
        }
        Some(())
    }
}

/// Edits of texts alone, for editors that know no others. `None` if a file is renamed.
#[allow(
    clippy::mutable_key_type,
    reason = "the type of the protocol; nobody changes a URI that is a key"
)]
fn list_text_edits(operations: &[DocumentChangeOperation]) -> Option<HashMap<Uri, Vec<TextEdit>>> {
    let edits = operations.iter().map(|operation| match operation {
        DocumentChangeOperation::Op(_) => None,
        DocumentChangeOperation::Edit(edit) => {
            let texts = edit.edits.iter().map(|edit| match edit {
                OneOf::Left(edit) => edit.clone(),
                OneOf::Right(annotated) => annotated.text_edit.clone(),
            });
            Some((edit.text_document.uri.clone(), texts.collect()))
        }
    });
    edits.collect()
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Returns the edit that makes one text of the other and leaves alone what both begin and end with. `None` if they are the same.
fn replace_difference(old: &str, new: &str) -> Option<TextEdit> {
    if old == new {
        return None;
    }
    let same = |(one, other): &(u8, u8)| one == other;
    let start = old.bytes().zip(new.bytes()).take_while(same).count();
    let start = whole_character(old, start, false);
    let (old_rest, new_rest) = (&old.as_bytes()[start..], &new.as_bytes()[start..]);
    let end = old_rest.iter().rev().copied().zip(new_rest.iter().rev().copied());
    let kept = end.take_while(same).count();
    let end = whole_character(old, old.len() - kept, true);
    let lines = LineIndex::new(old);
    Some(TextEdit {
        range: Range::new(lines.position_at(start), lines.position_at(end)),
        new_text: new[start..new.len() - (old.len() - end)].to_owned(),
    })
}

/// The closest place, in one direction, that is neither inside a character nor between `\r` and `\n`, where no position is.
fn whole_character(text: &str, mut at: usize, forward: bool) -> usize {
    let is_inside = |at: usize| {
        let bytes = text.as_bytes();
        let is_between = at > 0 && at < bytes.len() && bytes[at - 1] == b'\r' && bytes[at] == b'\n';
        !text.is_char_boundary(at) || is_between
    };
    while is_inside(at) {
        if forward {
            at += 1;
        } else {
            at -= 1;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Applies an edit as an editor does.
    fn apply(old: &str, edit: &TextEdit) -> String {
        let lines = LineIndex::new(old);
        let (start, end) = (lines.offset_at(edit.range.start), lines.offset_at(edit.range.end));
        let mut text = old.to_owned();
        text.replace_range(start.unwrap()..end.unwrap(), &edit.new_text);
        text
    }

    #[test]
    fn an_edit_makes_one_text_of_the_other() {
        let texts = [
            "",
            "a",
            "aa",
            "a\r\nb\r\n",
            "a\nb\n",
            "a\r\n\r\nb\r\n",
            "a\rb",
            "\u{e9}",
            "\u{e8}",
            "\u{1f600}a\u{1f600}",
            "\u{1f601}a\u{1f600}\u{1f600}",
        ];
        for old in texts {
            for new in texts {
                match replace_difference(old, new) {
                    None => assert_eq!(old, new),
                    Some(edit) => assert_eq!(apply(old, &edit), new, "{old:?} {new:?} {edit:?}"),
                }
            }
        }
    }
}
