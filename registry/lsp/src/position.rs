//! Places in a text, as editors and as schemactl count them. In: a text. Out: byte offsets for lines and columns in UTF-16 code units, and the
//! other way round.

use lsp_types::{Position, Range};
use schemactl_model::Span;

/// The lines of a text. A line ends with a line feed, a carriage return, or both, as the protocol has it.
#[derive(Debug)]
pub(crate) struct LineIndex<'t> {
    text: &'t str,
    /// The first byte of each line.
    starts: Vec<usize>,
}

impl<'t> LineIndex<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends = (0..bytes.len()).filter(|at| match bytes[*at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        Self {
            text,
            starts: std::iter::once(0).chain(ends.map(|end| end + 1)).collect(),
        }
    }

    /// Returns the position of a byte. One inside a character is where it begins, one past the end is the end.
    pub(crate) fn position_at(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let units = self.text[self.starts[line]..offset].encode_utf16().count();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Position::new(number(line), number(units))
    }

    /// Returns the byte at a position. A column past the end of its line is the end, as the protocol has it, and one inside a surrogate pair is
    /// where the character begins. The line after the last one is the end of the text: editors write it to mean all of it. `None` for lines
    /// beyond that.
    pub(crate) fn offset_at(&self, position: Position) -> Option<usize> {
        let line = position.line as usize;
        if line >= self.starts.len() {
            return (line == self.starts.len()).then_some(self.text.len());
        }
        let start = self.starts[line];
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let content = self.text[start..end].trim_end_matches(['\r', '\n']);
        let mut left = position.character as usize;
        for (at, character) in content.char_indices() {
            if left < character.len_utf16() {
                return Some(start + at);
            }
            left -= character.len_utf16();
        }
        Some(start + content.len())
    }

    /// Returns the range of a span, cut to its first line: an object of fifty lines is marked where it begins.
    pub(crate) fn first_line_of(&self, span: Span) -> Range {
        let range = span.range();
        let start = self.text.floor_char_boundary(range.start);
        let end = self.text.floor_char_boundary(range.end).max(start);
        let line = self.text[start..end].split(['\r', '\n']).next().unwrap_or_default();
        Range::new(self.position_at(start), self.position_at(start + line.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\u{1f600}\u{e9}b\r\n\u{1f600}\rc\n";

    #[test]
    fn columns_count_utf_16_code_units() {
        let lines = LineIndex::new(TEXT);
        for (what, position) in [("b", (0, 4)), ("\r\n", (0, 5)), ("c", (2, 0))] {
            let offset = TEXT.find(what).unwrap();
            let position = Position::new(position.0, position.1);
            assert_eq!(lines.position_at(offset), position, "{what:?}");
            assert_eq!(lines.offset_at(position), Some(offset), "{what:?}");
        }
        assert_eq!(lines.position_at(usize::MAX), Position::new(3, 0));
        // Inside the smiley: its second code unit, and its third byte.
        assert_eq!(lines.offset_at(Position::new(0, 2)), Some(1));
        assert_eq!(lines.position_at(3), Position::new(0, 1));
    }

    #[test]
    fn a_column_past_the_end_is_the_end_and_a_line_past_it_is_nowhere() {
        let lines = LineIndex::new(TEXT);
        let end_of_first = TEXT.find('\r');
        assert_eq!(lines.offset_at(Position::new(0, 99)), end_of_first);
        assert_eq!(lines.offset_at(Position::new(3, 7)), Some(TEXT.len()));
        assert_eq!(lines.offset_at(Position::new(4, 0)), Some(TEXT.len()));
        assert_eq!(lines.offset_at(Position::new(5, 0)), None);
        assert_eq!(LineIndex::new("").offset_at(Position::new(0, 0)), Some(0));
    }

    #[test]
    fn a_span_of_several_lines_is_marked_in_the_first() {
        let lines = LineIndex::new("\u{1f600}{\n}\n");
        let range = lines.first_line_of(Span::new(4, 7));
        assert_eq!(range, Range::new(Position::new(0, 2), Position::new(0, 3)));
        let past = lines.first_line_of(Span::new(900, 3));
        assert_eq!(past.start, past.end);
    }
}
