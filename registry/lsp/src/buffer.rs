//! The texts that an editor has open. In: what the editor says of them. Out: the texts by their paths.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri, VersionedTextDocumentIdentifier};

use crate::position::LineIndex;
use crate::uri::{path_of_uri, uri_of_path};

/// A text that is open in the editor.
#[derive(Debug)]
pub(crate) struct OpenText {
    /// The file as the editor spells it.
    pub(crate) uri: Uri,
    /// How often it was changed, as the editor counts.
    pub(crate) version: i32,
    pub(crate) text: String,
}

/// All texts that are open, by path. What is no file of this machine is not among them.
#[derive(Debug, Default)]
pub(crate) struct OpenTexts {
    documents: BTreeMap<PathBuf, OpenText>,
}

impl OpenTexts {
    pub(crate) fn open(&mut self, item: TextDocumentItem) -> Option<PathBuf> {
        let path = path_of_uri(&item.uri)?;
        let document = OpenText {
            uri: item.uri,
            version: item.version,
            text: item.text,
        };
        self.documents.insert(path.clone(), document);
        Some(path)
    }

    pub(crate) fn close(&mut self, uri: &Uri) -> Option<PathBuf> {
        let path = path_of_uri(uri)?;
        self.documents.remove(&path).map(|_| path)
    }

    /// Applies changes to a text, one after the other. What is no file of this machine was never taken, and is not changed either.
    ///
    /// # Errors
    /// Fails for a text that is not open, and for a range outside the text. That text is then taken as closed: nobody knows what the editor
    /// shows, and a finding about another text would be wrong.
    pub(crate) fn change(
        &mut self,
        changed: &VersionedTextDocumentIdentifier,
        changes: Vec<TextDocumentContentChangeEvent>,
    ) -> Result<(), String> {
        let Some(path) = path_of_uri(&changed.uri) else {
            return Ok(());
        };
        let Some(document) = self.documents.get_mut(&path) else {
            return Err(format!("{} was changed and is not open", path.display()));
        };
        document.version = changed.version;
        for change in changes {
            if let Err(reason) = apply_change(&mut document.text, change) {
                self.documents.remove(&path);
                return Err(format!(
                    "{}: {reason}; until it is opened again, the file on the disk is checked",
                    path.display()
                ));
            }
        }
        Ok(())
    }

    pub(crate) fn get(&self, path: &Path) -> Option<&OpenText> {
        self.documents.get(path)
    }

    /// Returns the URI of a file: the one that the editor gave it, if it is open. `None` if the path is not absolute.
    pub(crate) fn uri_of(&self, path: &Path) -> Option<Uri> {
        self.get(path)
            .map_or_else(|| uri_of_path(path), |open| Some(open.uri.clone()))
    }

    /// Returns the texts below a folder, by their paths seen from it, with forward slashes.
    pub(crate) fn below(&self, folder: &Path) -> impl Iterator<Item = (String, &OpenText)> {
        self.documents.iter().filter_map(move |(path, document)| {
            let parts = path.strip_prefix(folder).ok()?.components();
            let parts: Option<Vec<_>> = parts.map(|part| part.as_os_str().to_str()).collect();
            Some((parts?.join("/"), document))
        })
    }
}

fn apply_change(text: &mut String, change: TextDocumentContentChangeEvent) -> Result<(), String> {
    let Some(range) = change.range else {
        *text = change.text;
        return Ok(());
    };
    let lines = LineIndex::new(text);
    let (start, end) = (lines.offset_at(range.start), lines.offset_at(range.end));
    match (start, end) {
        (Some(start), Some(end)) if start <= end => {
            text.replace_range(start..end, &change.text);
            Ok(())
        }
        _ => Err(format!(
            "a change of {}:{} to {}:{} is outside the text",
            range.start.line, range.start.character, range.end.line, range.end.character
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use lsp_types::{Position, Range};

    use super::*;

    fn changed(text: &str, changes: &[(Option<[u32; 4]>, &str)]) -> Result<String, String> {
        let uri = Uri::from_str("file:///a.json").unwrap();
        let mut documents = OpenTexts::default();
        let path = documents
            .open(TextDocumentItem::new(
                uri.clone(),
                "json".to_owned(),
                1,
                text.to_owned(),
            ))
            .unwrap();
        let changes = changes.iter().map(|(range, text)| TextDocumentContentChangeEvent {
            range: range.map(|[a, b, c, d]| Range::new(Position::new(a, b), Position::new(c, d))),
            range_length: None,
            text: (*text).to_owned(),
        });
        let changed = documents.change(&VersionedTextDocumentIdentifier::new(uri, 2), changes.collect());
        assert_eq!(changed.is_ok(), documents.get(&path).is_some());
        changed.map(|()| documents.get(&path).unwrap().text.clone())
    }

    #[test]
    fn changes_are_applied_in_their_order_and_in_utf_16() {
        let text = "\u{1f600}a\nb";
        assert_eq!(
            changed(text, &[(Some([0, 2, 0, 3]), "xy"), (Some([0, 3, 1, 1]), "z")]).unwrap(),
            "\u{1f600}xz"
        );
        assert_eq!(changed(text, &[(None, "new")]).unwrap(), "new");
        assert_eq!(changed(text, &[(Some([0, 0, 2, 0]), "")]).unwrap(), "");
    }

    #[test]
    fn a_change_outside_the_text_closes_it() {
        for range in [[0, 0, 9, 0], [9, 0, 9, 0], [1, 1, 0, 0]] {
            let error = changed("ab\ncd", &[(Some(range), "")]).unwrap_err();
            assert!(error.contains("is outside the text"), "{error}");
        }
    }
}
