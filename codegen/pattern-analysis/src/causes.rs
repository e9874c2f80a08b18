//! Why a pattern matches no event of a version. In: a pattern that is proved to match none, and the names and values that the schema has. Out: for each
//! alternative the field that no event meets, what is wrong with it, and what was probably meant. What is suggested is proved to match.

use std::collections::BTreeMap;

use schemactl_model::{JsonObject, Keyword, Value, find_alike};
use schemactl_pattern::{Matcher, Pattern, PatternBuilder, Scalar};

use crate::analysis::{Coverage, PatternAnalysis, VersionEvents};

/// Names and values that are tried for a field, at most.
const MOST_TRIED: usize = 12;

/// Why an alternative of a pattern matches nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct NeverCause {
    /// The field, as a path with dots. `None` if each field has events and no event has all of them.
    pub field: Option<String>,
    /// What is wrong with the field.
    pub kind: NeverKind,
    /// What was probably meant: a path with dots for a field that does not exist, and otherwise a value as JSON. A pattern with it matches events.
    pub suggestion: Option<String>,
}

/// What is wrong with a field of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum NeverKind {
    /// No event has the field.
    NoSuchField,
    /// The field is an object: patterns match its members.
    HasMembers,
    /// The field never has such a value. This is one that it has, if one was found.
    NoSuchValue {
        /// A value of the field.
        example: Option<serde_json::Value>,
    },
    /// Every event has the field, and the pattern asks for its absence.
    AlwaysThere,
    /// Each field has events, and no event has all of them.
    Together,
}

/// The names and texts of a schema, for suggestions.
#[derive(Clone, Debug, Default)]
pub struct SchemaVocabulary {
    names: Vec<String>,
    values: Vec<Scalar>,
}

impl SchemaVocabulary {
    /// Reads the names of properties, and the texts and numbers of `const` and `enum`.
    pub fn of(schema: &Value) -> Self {
        let mut vocabulary = Self::default();
        vocabulary.read(schema);
        vocabulary.names.sort();
        vocabulary.names.dedup();
        vocabulary
    }

    fn read(&mut self, value: &Value) {
        if let Some(properties) = value.keyword(Keyword::Properties).and_then(Value::as_object) {
            self.names.extend(properties.iter().map(|member| member.key.clone()));
        }
        self.values.extend(value.keyword(Keyword::Const).and_then(scalar_of));
        let listed = value.keyword(Keyword::Enum).and_then(Value::as_array);
        self.values.extend(listed.into_iter().flatten().filter_map(scalar_of));
        for member in value.as_object().into_iter().flat_map(JsonObject::iter) {
            self.read(&member.value);
        }
        for element in value.as_array().into_iter().flatten() {
            self.read(element);
        }
    }
}

impl<'s> PatternAnalysis<'_, 's> {
    /// Returns why a pattern matches no event of a version: the first cause of each alternative. Empty if it matches one, or if that is not known.
    pub fn causes_of_never(
        &mut self,
        events: &VersionEvents<'s, '_>,
        pattern: &Pattern,
        vocabulary: &SchemaVocabulary,
    ) -> Vec<NeverCause> {
        let branches = pattern.branches().unwrap_or_default();
        let causes = branches
            .iter()
            .map(|branch| self.cause_of_branch(events, branch, vocabulary));
        causes.collect::<Option<Vec<_>>>().unwrap_or_default()
    }

    fn cause_of_branch(
        &mut self,
        events: &VersionEvents<'s, '_>,
        branch: &BTreeMap<String, Vec<Matcher>>,
        vocabulary: &SchemaVocabulary,
    ) -> Option<NeverCause> {
        // What events are published as is the closest cause: all the rest of an event is another event's.
        let rank = |path: &str| match path {
            "source" => 0,
            "detail-type" => 1,
            _ if path.starts_with("detail.") => 3,
            _ => 2,
        };
        let mut ordered: Vec<_> = branch.iter().collect();
        ordered.sort_by_key(|(path, _)| rank(path));
        for (path, matchers) in ordered {
            match self.ask(events, path, matchers) {
                Some(Coverage::Never) => return Some(self.cause_of_field(events, path, matchers, vocabulary)),
                Some(_) => {}
                None => return None,
            }
        }
        let all: PatternBuilder = branch.iter().fold(PatternBuilder::new(), |builder, (path, matchers)| {
            builder.any_of_field(&steps_of(path), matchers.iter().cloned())
        });
        let together = self.pattern(&all.try_build().ok()?).ok()?;
        matches!(self.coverage(events, &together), Coverage::Never).then_some(NeverCause {
            field: None,
            kind: NeverKind::Together,
            suggestion: None,
        })
    }

    fn cause_of_field(
        &mut self,
        events: &VersionEvents<'s, '_>,
        path: &str,
        matchers: &[Matcher],
        vocabulary: &SchemaVocabulary,
    ) -> NeverCause {
        let field = Some(path.to_owned());
        if matchers.iter().all(|matcher| *matcher == Matcher::Exists(false)) {
            return NeverCause {
                field,
                kind: NeverKind::AlwaysThere,
                suggestion: None,
            };
        }
        let example = match self.ask(events, path, &[Matcher::Exists(true)]) {
            Some(Coverage::Some { matched, .. } | Coverage::All { matched }) => find_leaf(&matched, &steps_of(path)),
            Some(Coverage::Never) => {
                let kind = if self.has_members(events, path, vocabulary) {
                    NeverKind::HasMembers
                } else {
                    NeverKind::NoSuchField
                };
                let suggestion = self.suggest_path(events, path, vocabulary);
                return NeverCause {
                    field,
                    kind,
                    suggestion,
                };
            }
            _ => None,
        };
        NeverCause {
            suggestion: self.suggest_value(events, path, matchers, vocabulary),
            field,
            kind: NeverKind::NoSuchValue { example },
        }
    }

    /// Returns whether events have a field below this one.
    fn has_members(&mut self, events: &VersionEvents<'s, '_>, path: &str, vocabulary: &SchemaVocabulary) -> bool {
        let mut below = vocabulary.names.iter();
        below.any(|name| self.has_events(events, &format!("{path}.{name}"), &[Matcher::Exists(true)]))
    }

    /// The path with one step that was probably meant.
    fn suggest_path(
        &mut self,
        events: &VersionEvents<'s, '_>,
        path: &str,
        vocabulary: &SchemaVocabulary,
    ) -> Option<String> {
        let steps = steps_of(path);
        let others = |at: usize| {
            let own = steps[at];
            let alike = find_alike(
                own,
                vocabulary.names.iter().map(String::as_str).filter(|name| *name != own),
            );
            alike.map(str::to_owned)
        };
        let replaced = (1..steps.len()).filter_map(|at| {
            let mut steps: Vec<String> = steps.iter().map(|step| (*step).to_owned()).collect();
            steps[at] = others(at)?;
            Some(steps.join("."))
        });
        // A field that stands one object deeper, or beside the detail.
        let last = steps.last()?;
        let deeper = vocabulary.names.iter().map(|name| format!("detail.{name}.{last}"));
        let direct = std::iter::once(format!("detail.{last}"));
        let mut candidates = replaced
            .chain(direct)
            .chain(deeper)
            .take(MOST_TRIED.max(vocabulary.names.len()));
        candidates.find(|candidate| self.has_events(events, candidate, &[Matcher::Exists(true)]))
    }

    /// The value that was probably meant by one that the field never has.
    fn suggest_value(
        &mut self,
        events: &VersionEvents<'s, '_>,
        path: &str,
        matchers: &[Matcher],
        vocabulary: &SchemaVocabulary,
    ) -> Option<String> {
        let written = matchers.iter().find_map(|matcher| match matcher {
            Matcher::Equals(scalar) => Some(scalar),
            _ => None,
        })?;
        let mut candidates = other_types(written);
        if let Scalar::String(text) = written {
            let texts = || {
                vocabulary.values.iter().filter_map(|value| match value {
                    Scalar::String(text) => Some(text.as_str()),
                    _ => None,
                })
            };
            let same_letters = texts().find(|other| other.to_lowercase() == text.to_lowercase());
            let alike = same_letters.or_else(|| find_alike(text, texts()));
            candidates.extend(alike.map(|alike| Scalar::String(alike.to_owned())));
        }
        candidates.truncate(MOST_TRIED);
        let fits = candidates
            .into_iter()
            .find(|candidate| self.has_events(events, path, &[Matcher::Equals(candidate.clone())]));
        fits.map(|fits| serde_json::Value::from(&fits).to_string())
    }

    fn has_events(&mut self, events: &VersionEvents<'s, '_>, path: &str, matchers: &[Matcher]) -> bool {
        matches!(
            self.ask(events, path, matchers),
            Some(Coverage::Some { .. } | Coverage::All { .. })
        )
    }

    /// Asks about one field. `None` for what is no pattern.
    fn ask(&mut self, events: &VersionEvents<'s, '_>, path: &str, matchers: &[Matcher]) -> Option<Coverage> {
        let pattern = PatternBuilder::new()
            .any_of_field(&steps_of(path), matchers.iter().cloned())
            .try_build()
            .ok()?;
        let pattern = self.pattern(&pattern).ok()?;
        Some(self.coverage(events, &pattern))
    }
}

fn steps_of(path: &str) -> Vec<&str> {
    path.split('.').collect()
}

/// The same value as the types that it may have been written for.
fn other_types(written: &Scalar) -> Vec<Scalar> {
    match written {
        Scalar::String(text) => {
            let read: Option<serde_json::Value> = serde_json::from_str(text).ok();
            read.as_ref().and_then(scalar_of_json).into_iter().collect()
        }
        other => vec![Scalar::String(serde_json::Value::from(other).to_string())],
    }
}

fn scalar_of(value: &Value) -> Option<Scalar> {
    scalar_of_json(&serde_json::from_str(&value.to_json()).ok()?)
}

fn scalar_of_json(value: &serde_json::Value) -> Option<Scalar> {
    match value {
        serde_json::Value::String(text) => Some(Scalar::String(text.clone())),
        serde_json::Value::Bool(flag) => Some(Scalar::Bool(*flag)),
        serde_json::Value::Number(number) => Some(Scalar::Number(number.clone().into())),
        _ => None,
    }
}

/// The first value at a path that is no object and no list.
fn find_leaf(event: &serde_json::Value, steps: &[&str]) -> Option<serde_json::Value> {
    match (event, steps) {
        (serde_json::Value::Array(elements), _) => elements.iter().find_map(|element| find_leaf(element, steps)),
        (serde_json::Value::Object(_), []) => None,
        (value, []) => Some(value.clone()),
        (serde_json::Value::Object(members), [first, rest @ ..]) => find_leaf(members.get(*first)?, rest),
        _ => None,
    }
}
