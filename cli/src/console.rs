//! The two streams. Standard output carries the result and nothing else; notes, progress and errors go to standard error.
//! Colours follow `--color`, `NO_COLOR`, `CLICOLOR_FORCE` and whether a terminal listens. Text that was read from files or
//! services passes through [`schemactl_model::spell_out_controls`], so that it cannot steer the terminal.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anstream::{AutoStream, ColorChoice};

use crate::args::{Color, GlobalArgs, LogFormat};
use crate::diagnostic::{Diagnostic, styled_renderer};
use crate::printable::{escape_json, printable_json, quote_word};
use crate::report::text::ReportDetail;

/// Where a command writes.
#[derive(Clone, Debug)]
pub(crate) struct Console {
    color: ColorChoice,
    quiet: bool,
    verbose: bool,
    spelling: Spelling,
    log_format: LogFormat,
    /// The environment whose registry the command is about: what it advises is about that one too.
    environment: Arc<Mutex<Option<String>>>,
    /// Why standard output could not be written, if it could not.
    lost: Arc<OnceLock<io::Error>>,
}

/// How our own text is written.
#[derive(Clone, Copy, Debug)]
struct Spelling {
    ascii: bool,
    masks_accounts: bool,
}

impl Console {
    pub(crate) fn new(global: &GlobalArgs) -> Self {
        let color = match global.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self {
            color,
            quiet: global.quiet,
            verbose: global.verbose > 0,
            spelling: Spelling {
                ascii: global.ascii,
                masks_accounts: global.mask_account,
            },
            log_format: global.log_format,
            environment: Arc::default(),
            lost: Arc::default(),
        }
    }

    /// How much the text of a report says.
    pub(crate) fn detail_of_reports(&self) -> ReportDetail {
        match (self.quiet, self.verbose) {
            (true, _) => ReportDetail::Findings,
            (_, true) => ReportDetail::Everything,
            _ => ReportDetail::Notable,
        }
    }

    /// Makes the commands in every text from now on commands for an environment. `None` is the registry of the workspace.
    pub(crate) fn name_environment(&self, environment: Option<&str>) {
        let mut own = self.environment.lock().unwrap_or_else(PoisonError::into_inner);
        *own = environment.map(str::to_owned);
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
        let written = stream.write_all(self.spelt(text).as_bytes());
        self.keep_failure(written.and_then(|()| stream.flush()));
    }

    /// Tells what a command has done or is about to do: its work is elsewhere, in files or in a registry, and with `--quiet` nobody asks for the list.
    pub(crate) fn tell_done(&self, text: &str) {
        if !self.quiet {
            self.result(text);
        }
    }

    /// Returns why a result was lost, if it was: the exit code says so.
    pub(crate) fn lost_result(&self) -> Option<&io::Error> {
        self.lost.get()
    }

    fn keep_failure(&self, written: io::Result<()>) {
        if let Err(error) = written
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            let _ = self.lost.set(error);
        }
    }

    /// JSON, to the last byte: it passes no filter of escape sequences, and says the same whatever is asked of text. With `--ascii`
    /// what is no ASCII is escaped.
    pub(crate) fn json(&self, json: &str) {
        let json = printable_json(json);
        let json = if self.spelling.ascii {
            Cow::Owned(escape_json(&json, |letter| !letter.is_ascii()))
        } else {
            json
        };
        let json = if self.spelling.masks_accounts {
            without_accounts(&json)
        } else {
            Cow::Borrowed(&*json)
        };
        let mut stream = io::stdout().lock();
        let written = stream.write_all(json.as_bytes());
        self.keep_failure(written.and_then(|()| stream.flush()));
    }

    /// Something worth knowing, unless people asked for quiet.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.log("note", text);
        }
    }

    /// Something for those who asked for more.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbose {
            self.log("detail", text);
        }
    }

    /// A problem, with its excerpt. With `--quiet` only errors are problems.
    pub(crate) fn diagnostic(&self, diagnostic: &Diagnostic) {
        if self.quiet && !diagnostic.is_error() {
            return;
        }
        match self.log_format {
            LogFormat::Text => self.error_stream(&diagnostic.render(&styled_renderer())),
            LogFormat::Json => self.error_stream(&diagnostic.to_json()),
        }
    }

    fn log(&self, level: &str, text: &str) {
        match self.log_format {
            LogFormat::Text => self.error_stream(text),
            LogFormat::Json => {
                let line = serde_json::json!({"level": level, "message": text.trim_end()}).to_string();
                self.error_stream(&printable_json(&line));
            }
        }
    }

    /// Our own signs in ASCII, for terminals and readers that want it. Text from files is shown as it is.
    fn spelt<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let text = if self.spelling.masks_accounts {
            without_accounts(text)
        } else {
            Cow::Borrowed(text)
        };
        let environment = self.environment.lock().unwrap_or_else(PoisonError::into_inner);
        let text = match environment.as_deref() {
            Some(name) => Cow::Owned(with_environment(&text, name)),
            None => text,
        };
        if !self.spelling.ascii {
            return text;
        }
        Cow::Owned(text.replace('→', "->").replace('…', "..."))
    }

    fn error_stream(&self, text: &str) {
        let mut stream = AutoStream::new(io::stderr().lock(), self.color);
        let _ = writeln!(stream, "{}", self.spelt(text.trim_end()));
    }
}

/// The commands that a text may name, and that are about one registry.
const REGISTRY_COMMANDS: [&str; 7] = ["push", "plan", "pull", "prune", "status", "doctor", "iam-policy"];

/// Text whose commands name an environment: followed as they are, they would write to another registry.
fn with_environment(text: &str, name: &str) -> String {
    let option = format!(" --env {}", quote_word(name));
    REGISTRY_COMMANDS.iter().fold(text.to_owned(), |text, command| {
        let bare = format!("`schemactl {command}");
        let mut parts = text.split(bare.as_str());
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, rest| {
            let is_whole = rest.starts_with([' ', '`']) && !rest.starts_with(" --env");
            let option = if is_whole { option.as_str() } else { "" };
            text + &bare + option + rest
        })
    })
}

/// Text without the numbers of AWS accounts: twelve digits as a part of an ARN, or after the word. Any other twelve digits are somebody's
/// value, such as a number in an event.
fn without_accounts(text: &str) -> Cow<'_, str> {
    let is_in_arn = |before: &str| {
        let ends = |letter: char| letter.is_whitespace() || "\"'`()<>{}[],;".contains(letter);
        let word = before.rsplit(ends).next().unwrap_or_default();
        before.ends_with(':') && word.starts_with("arn:")
    };
    let is_account = |at: usize| {
        let (before, rest) = text.split_at(at);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits == 12 && (before.ends_with("account ") || is_in_arn(before))
    };
    let starts: Vec<usize> = text
        .match_indices(|letter: char| letter.is_ascii_digit())
        .map(|(at, _)| at)
        .filter(|at| is_account(*at))
        .collect();
    if starts.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut masked = text.to_owned();
    for start in starts {
        masked.replace_range(start..start + 12, "************");
    }
    Cow::Owned(masked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_name_the_environment_that_they_are_about() {
        let named = |text: &str| with_environment(text, "prod");
        assert_eq!(
            named("`schemactl push --repair`, `schemactl pull`"),
            "`schemactl push --env prod --repair`, `schemactl pull --env prod`"
        );
        for text in [
            "`schemactl check`",
            "`schemactl push --env dev`",
            "`schemactl pushes`",
            "schemactl push",
        ] {
            assert_eq!(named(text), text);
        }
    }

    #[test]
    fn an_account_is_twelve_digits_where_one_stands() {
        let masked = without_accounts("arn:aws:schemas:eu-west-1:123456789012:registry/r, account 123456789012 in x");
        assert_eq!(
            masked,
            "arn:aws:schemas:eu-west-1:************:registry/r, account ************ in x"
        );
        let event = r#"{"id":123456789012,"arn":"arn:aws:sqs:eu-west-1:123456789012:q"}"#;
        assert_eq!(
            without_accounts(event),
            r#"{"id":123456789012,"arn":"arn:aws:sqs:eu-west-1:************:q"}"#
        );
        let others = "version 123456789012, a:123456789012, a:1234567890123, é:12, 2026-11-25T01:00:00Z";
        assert!(matches!(without_accounts(others), Cow::Borrowed(_)));
    }
}
