//! Settings as TOML. In: a file. Out: its type, or the error at its place, with what a misspelt name was meant to be.

use schemactl_model::{Source, Span, find_alike};
use serde::de::DeserializeOwned;

use crate::error::LoadError;

/// Reads a TOML file into its type; the error points into the file.
pub(crate) fn read_toml<T: DeserializeOwned>(file: &Source) -> Result<T, LoadError> {
    toml::from_str(file.text()).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        let message = with_allowed_values::<T>(file.text(), &error);
        LoadError::Settings {
            file: file.clone(),
            span: Span::new(span.start, span.end),
            message: message.unwrap_or_else(|| with_suggestion(error.message())),
        }
    })
}

/// Returns the message for a value that is no text where one of several words is expected: the parser says nothing of the words then. It names
/// them for a text that is none of them.
fn with_allowed_values<T: DeserializeOwned>(text: &str, error: &toml::de::Error) -> Option<String> {
    let span = error.span().filter(|_| error.message() == "wanted string or table")?;
    let (before, found, after) = (text.get(..span.start)?, text.get(span.clone())?, text.get(span.end..)?);
    let probed = toml::from_str::<T>(&format!("{before}\"\"{after}")).err()?;
    let (_, expected) = probed.message().split_once(", expected ")?;
    Some(format!("invalid value `{}`, expected {expected}", found.trim()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventSettings;
    use crate::manifest::Manifest;

    fn message<T: DeserializeOwned + std::fmt::Debug>(text: &str) -> String {
        match read_toml::<T>(&Source::new("settings.toml", text)).unwrap_err() {
            LoadError::Settings { message, .. } => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_value_of_another_type_is_told_with_the_words_that_are_expected() {
        let event = "source = \"s\"\ndetail-type = \"d\"\n";
        for (line, start) in [
            ("mode = 3", "invalid value `3`, expected one of `none`, `backward`, "),
            (
                "status = true\n",
                "invalid value `true`, expected one of `draft`, `beta`, ",
            ),
            (
                "mode = [\"full\"]",
                "invalid value `[\"full\"]`, expected one of `none`, ",
            ),
        ] {
            let message = message::<EventSettings>(&format!("{event}{line}"));
            assert!(message.starts_with(start), "{line}: {message}");
        }
        let manifest = "version = 1\n[registry]\nname = \"r\"\nlayout = 1\n";
        let message = message::<Manifest>(manifest);
        assert!(message.starts_with("invalid value `1`, expected "), "{message}");
    }
}
