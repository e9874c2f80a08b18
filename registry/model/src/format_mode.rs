//! Whether `format` is an annotation or an assertion, which the specification leaves to its reader. In: a name from settings or the command
//! line. Out: the mode.

use std::fmt;
use std::str::FromStr;

use crate::alike::find_alike;

/// What `format` says of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FormatMode {
    /// Nothing: it is for people and for generated code. The default of the drafts since 2019-09, and what EventBridge does.
    #[default]
    Annotation,
    /// A text that has not the format is refused, as far as the validator knows the format in the schema's draft.
    Assertion,
}

/// A name that names neither.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid value `{written}` for `formats`; expected annotation or assertion{}", suggest_mode(.written))]
pub struct UnknownFormatMode {
    written: String,
}

fn suggest_mode(written: &str) -> String {
    let meant = find_alike(written, ["annotation", "assertion"]);
    meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"))
}

impl fmt::Display for FormatMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Annotation => "annotation",
            Self::Assertion => "assertion",
        })
    }
}

impl FromStr for FormatMode {
    type Err = UnknownFormatMode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Annotation, Self::Assertion]
            .into_iter()
            .find(|mode| mode.to_string() == text)
            .ok_or_else(|| UnknownFormatMode {
                written: text.to_owned(),
            })
    }
}
