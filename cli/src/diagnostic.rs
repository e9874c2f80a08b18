//! One thing to tell people about places in files: a title, source excerpts, notes, help. In: plain values. Out: text in the
//! form that Rust developers know. Everything that goes in is untrusted and leaves printable.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use schemactl_check::{Finding, FindingPlace, Rule, Severity};
use schemactl_model::{Source, Span, spell_out_line};

use crate::printable::printable_json;

/// How loud a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loudness {
    Error,
    Warning,
    Note,
}

/// A problem or finding, ready to be rendered.
#[derive(Clone, Debug)]
pub(crate) struct Diagnostic {
    loudness: Loudness,
    id: Option<&'static str>,
    title: String,
    places: Vec<LabeledSpan>,
    file: Option<String>,
    notes: Vec<String>,
    helps: Vec<String>,
}

#[derive(Clone, Debug)]
struct LabeledSpan {
    source: Source,
    span: Span,
    label: String,
}

impl Diagnostic {
    pub(crate) fn new(loudness: Loudness, title: impl Into<String>) -> Self {
        Self {
            loudness,
            id: None,
            title: title.into(),
            places: Vec::new(),
            file: None,
            notes: Vec::new(),
            helps: Vec::new(),
        }
    }

    pub(crate) fn error(title: impl Into<String>) -> Self {
        Self::new(Loudness::Error, title)
    }

    /// The id of the rule.
    pub(crate) fn id(mut self, id: &'static str) -> Self {
        self.id = Some(id);
        self
    }

    /// A place; the first one is where an editor should go.
    pub(crate) fn place(mut self, source: &Source, span: Span, label: impl Into<String>) -> Self {
        self.places.push(LabeledSpan {
            source: source.clone(),
            span,
            label: label.into(),
        });
        self
    }

    /// A file without a place in it.
    pub(crate) fn file(mut self, path: impl Into<String>) -> Self {
        self.file = Some(path.into());
        self
    }

    /// The same as a finding about the workspace.
    pub(crate) fn to_finding(&self, rule: Rule) -> Finding {
        let place = |spot: &LabeledSpan| FindingPlace {
            source: spot.source.clone(),
            span: spot.span,
            label: spot.label.clone(),
        };
        let file = self.file.as_ref().map(|path| FindingPlace {
            source: Source::new(path.clone(), ""),
            span: Span::default(),
            label: "this file".to_owned(),
        });
        let all = |texts: &[String]| (!texts.is_empty()).then(|| texts.join("; "));
        Finding {
            message: self.title.clone(),
            places: self.places.iter().map(place).chain(file).collect(),
            why: all(&self.notes),
            fix: all(&self.helps),
            ..Finding::new(rule, Severity::Error, None)
        }
    }

    /// Returns it with its files as they are seen from around a folder.
    pub(crate) fn inside(mut self, folder: &str) -> Self {
        for spot in &mut self.places {
            let path = format!("{folder}/{}", spot.source.path());
            spot.source = Source::at_line(path, spot.source.text(), spot.source.first_line());
        }
        self.file = self.file.map(|file| format!("{folder}/{file}"));
        self
    }

    pub(crate) fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        self.helps.push(text.into());
        self
    }

    /// Returns whether it is an error, not a warning or a note.
    pub(crate) fn is_error(&self) -> bool {
        matches!(self.loudness, Loudness::Error)
    }

    /// Returns what it is about.
    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    /// Returns its places, each with a label.
    pub(crate) fn places(&self) -> impl Iterator<Item = (&Source, Span, &str)> {
        let places = self.places.iter();
        places.map(|spot| (&spot.source, spot.span, spot.label.as_str()))
    }

    /// Returns what to do about it.
    pub(crate) fn helps(&self) -> &[String] {
        &self.helps
    }

    /// The same as one line of JSON, for programs that read what goes wrong.
    pub(crate) fn to_json(&self) -> String {
        let level = match self.loudness {
            Loudness::Error => "error",
            Loudness::Warning => "warning",
            Loudness::Note => "note",
        };
        let place = |spot: &LabeledSpan| {
            let location = spot.source.location(spot.span.start);
            serde_json::json!({
                "file": spot.source.path(), "line": location.line, "column": location.column, "label": spot.label,
            })
        };
        let line = serde_json::json!({
            "level": level,
            "rule": self.id,
            "message": self.title,
            "file": self.file,
            "places": self.places.iter().map(place).collect::<Vec<_>>(),
            "notes": self.notes,
            "helps": self.helps,
        });
        printable_json(&line.to_string()).into_owned()
    }

    pub(crate) fn render(&self, renderer: &Renderer) -> String {
        let level = match self.loudness {
            Loudness::Error => Level::ERROR,
            Loudness::Warning => Level::WARNING,
            Loudness::Note => Level::NOTE,
        };
        let mut title = level.primary_title(spell_out_line(&self.title));
        if let Some(id) = self.id {
            title = title.id(id);
        }
        let mut group = Group::with_title(title);
        if let Some(file) = &self.file {
            group = group.element(Origin::path(spell_out_line(file)));
        }
        for element in self.excerpts() {
            group = group.element(element);
        }
        for note in &self.notes {
            group = group.element(Level::NOTE.message(spell_out_line(note)));
        }
        for help in &self.helps {
            group = group.element(Level::HELP.message(spell_out_line(help)));
        }
        renderer.render(&[group])
    }

    /// One excerpt a file, in the order in which the files are first named. An earlier state of a file has its path and another text.
    fn excerpts(&self) -> Vec<Element<'_>> {
        let mut files: Vec<&Source> = Vec::new();
        for place in &self.places {
            if !files.contains(&&place.source) {
                files.push(&place.source);
            }
        }
        files.into_iter().map(|file| self.excerpt(file)).collect()
    }

    fn excerpt<'d>(&'d self, file: &'d Source) -> Element<'d> {
        let annotations = self
            .places
            .iter()
            .enumerate()
            .filter(|(_, place)| place.source == *file);
        let annotations = annotations.map(|(index, place)| {
            let kind = if index == 0 {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            kind.span(inside(file, place.span)).label(spell_out_line(&place.label))
        });
        Snippet::source(file.text())
            .line_start(file.first_line())
            .path(spell_out_line(file.path()))
            .annotations(annotations)
            .into()
    }
}

/// The span cut to the text, and to its first line: an object of fifty lines is named by its beginning.
fn inside(source: &Source, span: Span) -> std::ops::Range<usize> {
    let text = source.text();
    let at = |offset: usize| {
        (0..=offset.min(text.len()))
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0)
    };
    let (start, end) = (at(span.range().start), at(span.range().end));
    let end = text[start..end.max(start)]
        .find('\n')
        .map_or(end.max(start), |newline| start + newline);
    start..end
}

/// Coloured always: the stream takes colours out again where nobody wants them.
pub(crate) fn styled_renderer() -> Renderer {
    Renderer::styled()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_two_files_are_one_report() {
        let new = Source::new("2.0.json", "{\n  \"a\": 1\n}");
        let old = Source::new("1.0.json", "{}");
        let text = Diagnostic::error("it breaks")
            .id("a-rule")
            .place(&new, Span::new(4, 7), "here")
            .place(&old, Span::new(0, 2), "was here")
            .help("do this")
            .render(&Renderer::plain());
        for part in [
            "error[a-rule]: it breaks",
            "2.0.json:2:3",
            "1.0.json:1:1",
            "here",
            "was here",
            "help: do this",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }

    #[test]
    fn spans_outside_the_text_and_hostile_text_do_no_harm() {
        let source = Source::new("\u{1b}[31m.json", "\"é\u{1b}]0;x\u{7}\"");
        let text = Diagnostic::error("\u{1b}[2J")
            .place(&source, Span::new(2, 900), "\u{1b}c")
            .render(&Renderer::plain());
        assert!(!text.contains(['\u{1b}', '\u{7}']), "{text:?}");
    }
}
