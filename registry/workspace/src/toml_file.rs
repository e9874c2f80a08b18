//! Settings as TOML. In: a file. Out: its type, or the error at its place, with what a misspelt name was meant to be.

use schemactl_model::{Source, Span};
use serde::de::DeserializeOwned;

use crate::alike::find_alike;
use crate::error::LoadError;

/// Reads a TOML file into its type; the error points into the file.
pub(crate) fn read_toml<T: DeserializeOwned>(file: &Source) -> Result<T, LoadError> {
    toml::from_str(file.text()).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        LoadError::Settings {
            file: file.clone(),
            span: Span::new(span.start, span.end),
            message: with_suggestion(error.message()),
        }
    })
}

/// Adds what a misspelt name was meant to be. serde names it first in backticks, and then those that there are.
fn with_suggestion(message: &str) -> String {
    let lists = message.starts_with("unknown field `") || message.starts_with("unknown variant `");
    let mut names = message.split('`').skip(1).step_by(2).filter(|_| lists);
    let meant = names.next().and_then(|wrong| find_alike(wrong, names));
    meant.map_or_else(
        || message.to_owned(),
        |meant| format!("{message}; did you mean `{meant}`?"),
    )
}
