//! Source text and places in it. In: a path and its text. Out: byte spans and the line and column a person reads.
//!
//! Lines and columns count from 1, columns in characters, as editors and compilers show them.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A range of bytes in a [`Source`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Creates a span from byte offsets. Offsets beyond 4 GiB are cut: documents are limited far below that.
    pub fn new(start: usize, end: usize) -> Self {
        let cut = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self {
            start: cut(start),
            end: cut(end),
        }
    }

    /// Returns the span as a range of byte indexes.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A line and a column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// One source file: the path as it is shown to people, and its text. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Source {
    inner: Arc<Inner>,
}

#[derive(PartialEq, Eq)]
struct Inner {
    path: String,
    text: String,
    first_line: usize,
}

impl Source {
    /// Creates a source from the path to show (relative to the workspace, with forward slashes) and its text.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self::at_line(path, text, 1)
    }

    /// Creates a source from lines of a file: `first_line` is the number of the first of them.
    pub fn at_line(path: impl Into<String>, text: impl Into<String>, first_line: usize) -> Self {
        Self {
            inner: Arc::new(Inner {
                path: path.into(),
                text: text.into(),
                first_line,
            }),
        }
    }

    /// Returns the path as shown to people.
    pub fn path(&self) -> &str {
        &self.inner.path
    }

    /// Returns the whole text.
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// Returns the number of the first line of the text in its file: 1, unless the text is a part of it.
    pub fn first_line(&self) -> usize {
        self.inner.first_line
    }

    /// Returns line and column of a byte offset; an offset past the end is the end. Linear in the offset: it is asked for only
    /// when something is reported.
    pub fn location(&self, offset: u32) -> Location {
        let mut end = (offset as usize).min(self.text().len());
        while !self.text().is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.text()[..end];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Location {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + self.first_line(),
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({:?}, {} bytes)", self.path(), self.text().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let source = Source::new("a.json", "{\n  \"é\": x\n}");
        assert_eq!(source.location(0), Location { line: 1, column: 1 });
        let x = u32::try_from(source.text().find('x').unwrap()).unwrap();
        assert_eq!(source.location(x).to_string(), "2:8");
        assert_eq!(source.location(9_999).line, 3);
    }

    #[test]
    fn a_part_of_a_file_counts_from_its_own_line() {
        let source = Source::at_line("a.jsonl", "{}\n{}", 7);
        assert_eq!(source.location(1).to_string(), "7:2");
        assert_eq!(source.location(4).to_string(), "8:2");
    }
}
