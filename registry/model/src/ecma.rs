//! The syntax of patterns as ECMA 262 has it. In: the text of a `pattern`, or a key of `patternProperties`. Out: why ECMA 262
//! rejects it, or what its readers disagree on. Nothing is matched here, and no automaton is built.
//!
//! A pattern is rejected if ECMA 262 rejects it with the flag `u`, which JSON Schema recommends, and without it (Annex B), which
//! the drafts up to 7 mean: `\-` and `\_` stand in many published schemas (ADR 50).

mod class;
mod escape;
mod group;
mod reader;
mod rust;

use self::reader::PatternReader;

/// Why ECMA 262 rejects a pattern, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EcmaPatternError {
    /// The byte of the pattern at which reading stopped.
    pub offset: usize,
    /// What is wrong there.
    pub message: String,
}

/// Syntax of a pattern that Rust, Python or PCRE know and ECMA 262 rejects or reads otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RustOnlySyntax {
    /// The syntax as written.
    pub text: String,
    /// What to write in ECMA 262: a clause that follows "write".
    pub ecma: String,
}

/// What is known of a pattern that some reader accepts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatternReading {
    /// The first piece of it that is no ECMA 262.
    pub rust_only: Option<RustOnlySyntax>,
    /// Why the flag `u` rejects it, if only readers without the flag accept it.
    pub rejected_by_unicode: Option<EcmaPatternError>,
}

/// Returns what is known of a pattern.
///
/// # Errors
///
/// ECMA 262 rejects the pattern with the flag `u` and without it, and not for the sake of Rust's syntax alone.
pub fn read_pattern(pattern: &str) -> Result<PatternReading, EcmaPatternError> {
    let unicode = match PatternReader::new(pattern, PatternMode::Unicode).read() {
        Ok(rust_only) => {
            return Ok(PatternReading {
                rust_only,
                rejected_by_unicode: None,
            });
        }
        Err(rejected) => rejected,
    };
    let rust_only = PatternReader::new(pattern, PatternMode::Legacy).read()?;
    Ok(PatternReading {
        rust_only,
        rejected_by_unicode: Some(unicode),
    })
}

/// Returns the first piece of a pattern that Rust's syntax has and ECMA 262 has not: `(?i)`, `(?P<x>…)`, `\A`, `a++`. Where there is
/// one, validators disagree on the pattern, and nothing may be proved by the way that Rust reads it.
pub fn rust_only_syntax(pattern: &str) -> Option<RustOnlySyntax> {
    read_pattern(pattern).ok()?.rust_only
}

/// How a pattern is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PatternMode {
    /// With the flag `u`: code points, and no escape that has no meaning.
    Unicode,
    /// Without flags, by Annex B: 16-bit units, and most characters may be escaped.
    Legacy,
}

#[cfg(test)]
mod tests;
