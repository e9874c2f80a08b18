//! The two streams. Standard output carries the result and nothing else; notes, progress and errors go to standard error.
//! Colours follow `--color`, `NO_COLOR`, `CLICOLOR_FORCE` and whether a terminal listens. Text that was read from files or
//! services passes through [`printable`], so that it cannot steer the terminal.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use annotate_snippets::Renderer;
use anstream::{AutoStream, ColorChoice};

use crate::args::{Color, Global};
use crate::diagnostic::Diagnostic;

/// Where a command writes.
#[derive(Clone, Debug)]
pub(crate) struct Console {
    color: ColorChoice,
    quiet: bool,
    verbose: bool,
}

impl Console {
    pub(crate) fn new(global: &Global) -> Self {
        let color = match global.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self {
            color,
            quiet: global.quiet,
            verbose: global.verbose > 0,
        }
    }

    /// Whether more than usual is asked for.
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Whether only results and errors are asked for.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// A question, which the answer follows on its line.
    pub(crate) fn ask(&self, question: &str) {
        let mut stream = AutoStream::new(io::stderr().lock(), self.color);
        let _ = write!(stream, "{question}");
        let _ = stream.flush();
    }

    /// The result. A reader that has seen enough (`| head`) closes the pipe: that is no error.
    pub(crate) fn result(&self, text: &str) {
        let mut stream = AutoStream::new(io::stdout().lock(), self.color);
        let _ = stream.write_all(text.as_bytes());
        let _ = stream.flush();
    }

    /// Something worth knowing, unless people asked for quiet.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.error_stream(text);
        }
    }

    /// Something for those who asked for more.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbose {
            self.error_stream(text);
        }
    }

    /// A problem, with its excerpt.
    pub(crate) fn diagnostic(&self, diagnostic: &Diagnostic) {
        self.error_stream(&diagnostic.render(&renderer()));
    }

    fn error_stream(&self, text: &str) {
        let mut stream = AutoStream::new(io::stderr().lock(), self.color);
        let _ = writeln!(stream, "{}", text.trim_end());
    }
}

/// Coloured always: the stream takes colours out again where nobody wants them.
pub(crate) fn renderer() -> Renderer {
    Renderer::styled()
}

/// Text from outside with its control characters spelt out. Line breaks and tabs stay.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let steers = |letter: char| (letter.is_control() && letter != '\n' && letter != '\t') || is_reordering(letter);
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if steers(letter) {
            write!(safe, "\\u{{{:x}}}", u32::from(letter)).expect("writing to a string cannot fail");
        } else {
            safe.push(letter);
        }
    }
    Cow::Owned(safe)
}

/// The characters that make text read in another order than it is stored (Unicode TR 9, explicit formatting).
fn is_reordering(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_cannot_steer_the_terminal() {
        assert_eq!(printable("\u{1b}[2Jgone\r\u{202e}"), "\\u{1b}[2Jgone\\u{d}\\u{202e}");
        assert!(matches!(printable("two\nlines\tand é"), Cow::Borrowed(_)));
    }
}
