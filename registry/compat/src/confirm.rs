//! Events of the engine, confirmed. In: a question that the engine answers, validators of both sides. Out: the verdict with an event
//! that the validators confirm, made small, or undecided: an event that they do not confirm is a fault of ours, and never a verdict.

use schemactl_model::{JsonNumber, Kind, Value};

use crate::engine::{Engine, KeptSchema, Questions};
use crate::prepared::Replay;
use crate::replay::ReplayError;
use crate::shrink::shrink_event;
use crate::verdict::Verdict;

/// Events that are replayed before a question is given up. Where the first is not confirmed, numbers beyond a double or a keyword
/// that the validator reads otherwise are at its heart, and the next few either avoid it or never will.
// INVARIANT: after the last one the question is undecided, never compatible: the engine has an event that breaks, and only its replay failed.
const MOST_TRIED: usize = 8;

/// Returns a verdict whose event was replayed and made small, and what it was replayed on. An event that no validator confirms is no
/// answer: others are tried.
pub(crate) fn confirm_verdict<'s>(
    engine: &dyn Engine,
    questions: &mut dyn Questions<'s>,
    (sent, taken): (KeptSchema<'s>, KeptSchema<'s>),
    replay: impl FnOnce() -> Result<Replay, ReplayError>,
) -> (Verdict, Option<Replay>) {
    let first = match questions.between(sent, taken) {
        Verdict::Incompatible { witness } => witness,
        other => return (other, None),
    };
    let replay = match replay() {
        Ok(replay) => replay,
        Err(error) => return (not_replayed(&error), None),
    };
    let mut tried = vec![first];
    let verdict = loop {
        let witness = &tried[tried.len() - 1];
        let doubt = match replay.breaks(witness) {
            Ok(true) => {
                let breaks = |candidate: &Value| replay.breaks(candidate).unwrap_or(false);
                let witness = shrink_event(witness.clone(), &breaks);
                break Verdict::Incompatible { witness };
            }
            // Bounds near such a number are the same double as the number.
            Ok(false) if holds_beyond_double(&tried[0]) => not_replayed(&ReplayError::Number),
            Ok(false) if holds_fraction(&tried[0]) => Verdict::Undecided {
                reason: format!(
                    "an event that breaks was found, and a validator that reads numbers as doubles cannot tell it from an event that does not: {}",
                    tried[0].to_json()
                ),
            },
            Ok(false) => not_confirmed(engine, &tried[0]),
            Err(error) => not_replayed(&error),
        };
        if tried.len() >= MOST_TRIED {
            break doubt;
        }
        match questions.another(sent, taken, &tried) {
            Verdict::Incompatible { witness } => tried.push(witness),
            _ => break doubt,
        }
    };
    (verdict, Some(replay))
}

/// Whether a value holds a number so large that doubles leave out whole numbers beside it.
fn holds_beyond_double(value: &Value) -> bool {
    /// 2^53.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let is_beyond = |number: &JsonNumber| number.as_str().parse::<f64>().is_ok_and(|number| number.abs() >= EXACT);
    holds_number(value, &is_beyond)
}

/// Whether a value holds a number that is not whole: a bound with more digits can be the same double.
fn holds_fraction(value: &Value) -> bool {
    holds_number(value, &|number| !number.is_integer())
}

fn holds_number(value: &Value, is_meant: &dyn Fn(&JsonNumber) -> bool) -> bool {
    match &value.kind {
        Kind::Number(number) => is_meant(number),
        Kind::Object(members) => members.iter().any(|member| holds_number(&member.value, is_meant)),
        Kind::Array(elements) => elements.iter().any(|element| holds_number(element, is_meant)),
        _ => false,
    }
}

fn not_confirmed(engine: &dyn Engine, witness: &Value) -> Verdict {
    Verdict::Undecided {
        reason: format!(
            "internal error: the {} engine's event does not break the schemas: {}",
            engine.name(),
            witness.to_json()
        ),
    }
}

fn not_replayed(error: &ReplayError) -> Verdict {
    Verdict::Undecided {
        reason: format!("an event that breaks was found and could not be replayed: {error}"),
    }
}
