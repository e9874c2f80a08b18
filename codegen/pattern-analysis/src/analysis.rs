//! Questions about patterns and the events of a version. In: a schema of details, and patterns. Out: a proof, or events that were replayed
//! through the matcher and a validator.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemactl_containment::{Emptiness, InstanceSet, Schema, SessionOptions, SetSession, to_serde_json, with_session};
use schemactl_model::Value;
use schemactl_pattern::{CompiledPattern, Pattern};

use crate::encode::events_matching;
use crate::error::PatternAnalysisError;
use crate::events::Envelopes;
use crate::leaf::Bounds;

/// So many candidates are replayed before a question is undecided.
const MOST_CANDIDATES: usize = 8;

/// Which events of a version match a pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum Coverage {
    /// None: proved.
    Never,
    /// This one does, and the other does not.
    Some {
        /// An event that matches.
        matched: serde_json::Value,
        /// An event that does not.
        missed: serde_json::Value,
    },
    /// All of them: proved. This is one.
    All {
        /// An event that matches.
        matched: serde_json::Value,
    },
    /// Not known, and why, in a sentence.
    Undecided(String),
}

/// How the events that match one pattern relate to those that match another.
#[derive(Clone, Debug, PartialEq)]
pub enum Relation {
    /// The same events match: proved. It may be that none does.
    Equal,
    /// Whatever matches the first matches the other: proved. This event matches the other only.
    Subset(serde_json::Value),
    /// Whatever matches the other matches the first: proved. This event matches the first only.
    Superset(serde_json::Value),
    /// Some match both, and some one only.
    Overlap {
        /// An event that matches both.
        both: serde_json::Value,
    },
    /// None matches both, and each matches some: proved.
    Disjoint,
    /// Not known, and why, in a sentence.
    Undecided(String),
}

/// What some patterns match of a version and others do not.
#[derive(Clone, Debug, PartialEq)]
pub enum Excess {
    /// Nothing: proved.
    Nothing,
    /// This event is an example.
    Event(serde_json::Value),
    /// Not known, and why, in a sentence.
    Undecided(String),
}

/// Whether a validator that is not ours accepts a detail; `None` if it cannot tell.
pub type DetailValidator<'v> = &'v dyn Fn(&serde_json::Value) -> Option<bool>;

/// The events of a version.
#[derive(Clone)]
pub struct VersionEvents<'s, 'v> {
    envelopes: Envelopes<'s>,
    is_valid: DetailValidator<'v>,
}

impl fmt::Debug for VersionEvents<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VersionEvents")
            .field("envelopes", &self.envelopes)
            .finish_non_exhaustive()
    }
}

/// A pattern, prepared for questions.
#[derive(Clone, Debug)]
pub struct PatternEvents<'s> {
    bounds: Bounds<'s>,
    matcher: CompiledPattern,
    /// The fields of an envelope that it names.
    fields: BTreeSet<String>,
}

/// A session of questions.
pub struct PatternAnalysis<'a, 's> {
    session: &'a mut SetSession<'s>,
}

impl fmt::Debug for PatternAnalysis<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PatternAnalysis").finish_non_exhaustive()
    }
}

/// Returns what `work` makes of a session of its own.
pub fn with_pattern_analysis<R>(work: impl for<'a, 's> FnOnce(&mut PatternAnalysis<'a, 's>) -> R) -> R {
    with_session(SessionOptions::default(), |session| {
        work(&mut PatternAnalysis { session })
    })
}

impl<'s> PatternAnalysis<'_, 's> {
    /// Returns the events of a version: those of one source and detail-type whose detail is an instance of a schema.
    ///
    /// # Errors
    ///
    /// A schema with something in it that the prover cannot hold.
    pub fn version<'v>(
        &mut self,
        source: &str,
        detail_type: &str,
        detail: &Schema<'_>,
        is_valid: DetailValidator<'v>,
    ) -> Result<VersionEvents<'s, 'v>, PatternAnalysisError> {
        let details = self.session.compile_schema(detail)?;
        let envelopes = Envelopes {
            source: source.to_owned(),
            detail_type: detail_type.to_owned(),
            details,
        };
        Ok(VersionEvents { envelopes, is_valid })
    }

    /// Returns the events of a version that say it themselves: those with this value at a place of the detail, wherever they have something there. Returns the events
    /// as they were if none says it.
    ///
    /// # Errors
    ///
    /// None for texts.
    pub fn pin_detail<'v>(
        &mut self,
        events: &VersionEvents<'s, 'v>,
        place: &[&str],
        value: &str,
    ) -> Result<VersionEvents<'s, 'v>, PatternAnalysisError> {
        let value = self.session.value(&Value::string(value))?;
        // Those that say it, and those that say it or nothing.
        let (mut saying, mut open) = (value, value);
        for name in place.iter().rev() {
            let everything = self.session.everything();
            let present = self.session.objects_with(name, everything);
            let absent = self.session.complement(present);
            let there = self.session.objects_with(name, open);
            open = self.session.union(&[there, absent]);
            saying = self.session.objects_with(name, saying);
        }
        let details = events.envelopes.details;
        let mut pinned = events.clone();
        let saying = self.session.intersection(&[details, saying]);
        if !matches!(self.session.find_candidate(&[saying], &[], &[]), Emptiness::Empty) {
            pinned.envelopes.details = self.session.intersection(&[details, open]);
        }
        Ok(pinned)
    }

    /// Returns a pattern, prepared for questions.
    ///
    /// # Errors
    ///
    /// A pattern that EventBridge refuses: a built one may be, and what it matches is not what it says.
    pub fn pattern(&mut self, pattern: &Pattern) -> Result<PatternEvents<'s>, PatternAnalysisError> {
        pattern.check().map_err(PatternAnalysisError::Pattern)?;
        let branches = pattern.branches().map_err(PatternAnalysisError::Pattern)?;
        let names = branches
            .iter()
            .flat_map(BTreeMap::keys)
            .filter_map(|path| path.split('.').next());
        Ok(PatternEvents {
            bounds: events_matching(self.session, &branches)?,
            matcher: pattern.compile(),
            fields: names.map(str::to_owned).collect(),
        })
    }

    /// Returns which events of a version match a pattern.
    pub fn coverage(&mut self, events: &VersionEvents<'s, '_>, pattern: &PatternEvents<'s>) -> Coverage {
        let matched = match self.search(events, &[(pattern, true)]) {
            Excess::Nothing => return Coverage::Never,
            Excess::Event(event) => event,
            Excess::Undecided(reason) => return Coverage::Undecided(reason),
        };
        match self.search(events, &[(pattern, false)]) {
            Excess::Nothing => Coverage::All { matched },
            Excess::Event(missed) => Coverage::Some { matched, missed },
            Excess::Undecided(reason) => Coverage::Undecided(reason),
        }
    }

    /// Returns how the events of a version that match one pattern relate to those that match another.
    pub fn relation(
        &mut self,
        events: &VersionEvents<'s, '_>,
        one: &PatternEvents<'s>,
        other: &PatternEvents<'s>,
    ) -> Relation {
        let mut ask = |in_one, in_other| self.search(events, &[(one, in_one), (other, in_other)]);
        let (first, second) = (ask(true, false), ask(false, true));
        match (first, second) {
            (Excess::Nothing, Excess::Nothing) => Relation::Equal,
            (Excess::Nothing, Excess::Event(event)) => Relation::Subset(event),
            (Excess::Event(event), Excess::Nothing) => Relation::Superset(event),
            (Excess::Event(_), Excess::Event(_)) => match ask(true, true) {
                Excess::Nothing => Relation::Disjoint,
                Excess::Event(both) => Relation::Overlap { both },
                Excess::Undecided(reason) => Relation::Undecided(reason),
            },
            (Excess::Undecided(reason), _) | (_, Excess::Undecided(reason)) => Relation::Undecided(reason),
        }
    }

    /// Looks for an event of a version that matches `one` and not `other`.
    pub fn find_excess(
        &mut self,
        events: &VersionEvents<'s, '_>,
        one: &PatternEvents<'s>,
        other: &PatternEvents<'s>,
    ) -> Excess {
        self.search(events, &[(one, true), (other, false)])
    }

    /// Looks for an event that matches some patterns and not others, as the matcher has it.
    fn search(&mut self, events: &VersionEvents<'s, '_>, wanted: &[(&PatternEvents<'s>, bool)]) -> Excess {
        let mut fields: Vec<&str> = wanted
            .iter()
            .flat_map(|(pattern, _)| &pattern.fields)
            .map(String::as_str)
            .collect();
        // Whether there is a detail at all is a question too.
        fields.push("detail");
        fields.sort_unstable();
        fields.dedup();
        let set = match events.envelopes.with_fields(self.session, &fields) {
            Ok(set) => set,
            Err(error) => return Excess::Undecided(error.to_string()),
        };
        // First where there can be no doubt about the patterns.
        let is_exact = wanted
            .iter()
            .all(|(pattern, _)| pattern.bounds.surely == pattern.bounds.maybe);
        let found = self.replay(events, set, wanted, true);
        if is_exact || matches!(found, Excess::Event(_)) {
            return found;
        }
        self.replay(events, set, wanted, false)
    }

    /// Looks for an event among those that surely match as wanted, or among those that may.
    fn replay(
        &mut self,
        events: &VersionEvents<'s, '_>,
        set: InstanceSet<'s>,
        wanted: &[(&PatternEvents<'s>, bool)],
        is_sure: bool,
    ) -> Excess {
        let (mut inside, mut outside) = (vec![set], Vec::new());
        for (pattern, matches) in wanted {
            let Bounds { surely, maybe } = pattern.bounds;
            if *matches {
                inside.push(if is_sure { surely } else { maybe });
            } else {
                outside.push(if is_sure { maybe } else { surely });
            }
        }
        let mut known: Vec<Value> = Vec::new();
        while known.len() < MOST_CANDIDATES {
            let candidate = match self.session.find_candidate(&inside, &outside, &known) {
                Emptiness::Empty if known.is_empty() => return Excess::Nothing,
                Emptiness::Empty => break,
                Emptiness::Witness(candidate) => candidate,
                Emptiness::Unknown(reason) => return Excess::Undecided(reason),
            };
            if let Some(found) = to_serde_json(&candidate) {
                let event = events.envelopes.complete(&found);
                let fits = wanted
                    .iter()
                    .all(|(pattern, matches)| pattern.matcher.matches(&event) == *matches);
                if fits && (events.is_valid)(&event["detail"]) == Some(true) {
                    return Excess::Event(event);
                }
            }
            known.push(candidate);
        }
        Excess::Undecided("no event that was found holds before the matcher and the validator".to_owned())
    }
}
