//! What a check finds: violations for whoever reads them, one of three answers, and what was looked at.

use std::collections::BTreeSet;
use std::fmt;

use super::{InstancePlace, escape_token};
use crate::error_path::{split_path, split_steps};

/// A constraint that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The place in the value, a JSON pointer.
    pub pointer: String,
    /// The place as errors of reading name it, `lines[0].quantity`; empty for the value itself.
    pub path: String,
    /// What does not hold, with what was found.
    pub message: String,
}

impl Violation {
    /// Creates the violation that an error of writing is.
    pub(super) fn of_error(said: &str) -> Self {
        let (path, message) = split_path(said).unwrap_or(("", said));
        let steps = split_steps(path).unwrap_or_default();
        let tokens = steps.iter().map(|step| escape_token(step));
        Self {
            pointer: tokens.fold(String::new(), |pointer, token| pointer + "/" + &token),
            path: path.to_owned(),
            message: message.to_owned(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => write!(f, "the value: {}", self.message),
            path => write!(f, "`{path}`: {}", self.message),
        }
    }
}

/// Every constraint that a value violates.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValidationError {
    /// Each of them, in the order of the schema.
    pub violations: Vec<Violation>,
}

impl fmt::Display for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.violations.iter().enumerate() {
            let separator = if index > 0 { "; " } else { "" };
            write!(f, "{separator}{violation}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ValidationError {}

/// What was found at a value.
pub(super) struct CheckResult {
    /// Something does not hold.
    fails: bool,
    /// Something could not be told.
    pub(super) unsure: bool,
    /// What does not hold, if anyone will read it.
    violations: Option<Vec<Violation>>,
    /// Only the first reason will be read, and none of alternatives inside it.
    is_brief: bool,
    /// What was looked at in the value, if anyone asks.
    pub(super) seen: Option<EvaluatedParts>,
}

/// What keywords looked at in one value.
#[derive(Clone, Default)]
pub(super) struct EvaluatedParts {
    pub(super) all_members: bool,
    pub(super) members: BTreeSet<String>,
    pub(super) all_elements: bool,
    pub(super) elements: BTreeSet<usize>,
    /// There may be more.
    pub(super) unsure: bool,
}

impl EvaluatedParts {
    pub(super) fn merge(&mut self, other: Self) {
        self.all_members |= other.all_members;
        self.members.extend(other.members);
        self.all_elements |= other.all_elements;
        self.elements.extend(other.elements);
        self.unsure |= other.unsure;
    }
}

/// Whether a schema holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CheckVerdict {
    Holds,
    Fails,
    Unsure,
}

impl CheckResult {
    pub(super) const fn explained() -> Self {
        Self {
            fails: false,
            unsure: false,
            violations: Some(Vec::new()),
            is_brief: false,
            seen: None,
        }
    }

    /// For an alternative that fails: its first reason.
    pub(super) fn brief() -> Self {
        Self {
            is_brief: true,
            ..Self::explained()
        }
    }

    /// Returns the first reason, as far as it is about a part of the value at `place`.
    pub(super) fn first_reason(&self, place: &InstancePlace<'_>) -> Option<String> {
        let violation = self.violations.as_ref()?.first()?;
        let (path, inside) = (&violation.path, place.to_path());
        let inside = path.strip_prefix(&inside).unwrap_or(path);
        Some(match inside.strip_prefix('.').unwrap_or(inside) {
            "" => violation.message.clone(),
            inside => format!("`{inside}`: {}", violation.message),
        })
    }

    /// For a schema that may hold or not. It notes what it looks at if `beside` does.
    pub(super) fn unexplained(beside: Option<&Self>) -> Self {
        Self {
            fails: false,
            unsure: false,
            violations: None,
            is_brief: false,
            seen: beside
                .and_then(|beside| beside.seen.as_ref())
                .map(|_| EvaluatedParts::default()),
        }
    }

    /// For the same value, by way of a reference: it begins anew, so that the answer is the same whoever asks.
    pub(super) fn inner(&self) -> Self {
        Self {
            violations: self.violations.as_ref().map(|_| Vec::new()),
            is_brief: self.is_brief,
            ..Self::unexplained(Some(self))
        }
    }

    /// Takes over what `inner` found.
    pub(super) fn join(&mut self, inner: Self) {
        self.add(inner.answer());
        self.violations
            .iter_mut()
            .for_each(|own| own.extend(inner.violations.iter().flatten().cloned()));
        self.seen(|seen| seen.merge(inner.seen.unwrap_or_default()));
    }

    /// An answer without its reasons.
    pub(super) fn add(&mut self, answer: CheckVerdict) {
        match answer {
            CheckVerdict::Holds => {}
            CheckVerdict::Fails => self.fails = true,
            CheckVerdict::Unsure => self.unsure = true,
        }
    }

    /// Returns whether reasons are given.
    pub(super) const fn explains(&self) -> bool {
        self.violations.is_some()
    }

    /// Returns whether the reasons of alternatives are given too.
    pub(super) const fn explains_alternatives(&self) -> bool {
        self.explains() && !self.is_brief
    }

    /// Returns whether whatever else is found changes nothing.
    pub(super) const fn is_decided(&self) -> bool {
        self.fails && (self.is_brief || !self.explains())
    }

    pub(super) fn into_result(self) -> Result<(), ValidationError> {
        match self.violations {
            Some(violations) if self.fails => Err(ValidationError { violations }),
            _ => Ok(()),
        }
    }

    /// Something could not be told, and so neither could what it looked at.
    pub(super) fn unsure(&mut self) {
        self.unsure = true;
        self.seen(|seen| seen.unsure = true);
    }

    pub(super) fn seen(&mut self, note: impl FnOnce(&mut EvaluatedParts)) {
        if let Some(seen) = &mut self.seen {
            note(seen);
        }
    }

    /// Takes over what a schema looked at that holds, or may hold.
    pub(super) fn learn(&mut self, other: Self) {
        match other.answer() {
            CheckVerdict::Holds => self.seen(|seen| seen.merge(other.seen.unwrap_or_default())),
            CheckVerdict::Unsure => self.seen(|seen| seen.unsure = true),
            CheckVerdict::Fails => {}
        }
    }

    pub(super) fn fail(&mut self, place: &InstancePlace<'_>, message: fmt::Arguments<'_>) {
        self.fails = true;
        if let Some(violations) = &mut self.violations {
            violations.push(Violation {
                pointer: place.to_string(),
                path: place.to_path(),
                message: message.to_string(),
            });
        }
    }

    pub(super) const fn answer(&self) -> CheckVerdict {
        match self {
            Self { fails: true, .. } => CheckVerdict::Fails,
            Self { unsure: true, .. } => CheckVerdict::Unsure,
            _ => CheckVerdict::Holds,
        }
    }
}
