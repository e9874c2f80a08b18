//! Strings: lengths, patterns, excluded texts.

use std::rc::Rc;

use super::clauses::Situation;
use super::{Solver, SolverAnswer};
use crate::datum::Datum;
use crate::evaluate::evaluate;
use crate::format;
use crate::language::{MOST_STATES, PatternParts, StringSearchResult, TextQuestion, split_pattern};
use crate::node::{Form, Node};

/// Texts that an opaque pattern is tried on.
// INVARIANT: that none of them fits proves nothing of an opaque pattern: then it is `Unknown`.
const MOST_TRIED: usize = 8;
/// Ways to miss patterns in parts, all taken together.
// INVARIANT: more are `Unknown`. The ways multiply with each pattern, and one that is left out may be the one that has a text.
const MOST_WAYS: usize = 1_000;
/// States of automata that count as one step of the solver: both take some tenths of a microsecond.
const STATES_A_STEP: usize = 4;

impl Solver<'_> {
    pub(super) fn string(&mut self, situation: &Situation) -> SolverAnswer {
        let mut states = MOST_STATES;
        let answer = self.solve_string(situation, &mut states);
        self.steps += ((MOST_STATES - states) / STATES_A_STEP) as u64;
        answer
    }

    fn solve_string(&self, situation: &Situation, states: &mut usize) -> SolverAnswer {
        let arena = &self.shared.arena;
        let mut question = TextQuestion::default();
        // What must not match a pattern in several parts must miss one of them: that is no conjunction.
        let mut divided = Vec::new();
        let mut opaque = false;
        for node in situation.literals() {
            match arena.form(*node) {
                Form::MinLength(length) => question.require_length(*length, None),
                Form::MaxLength(length) => question.require_length(0, Some(*length)),
                Form::Pattern(id) => {
                    if let Some(parts) = split_pattern(self.shared.patterns.text(id.0)) {
                        question.require_length(parts.least, parts.most);
                        question.required.extend(parts.required);
                        question.forbidden.extend(parts.forbidden);
                    }
                }
                Form::NotPattern(id) => match split_pattern(self.shared.patterns.text(id.0)) {
                    Some(parts) if parts.is_one_language() => question.forbidden.extend(parts.required),
                    Some(parts) => divided.push(parts),
                    None => {}
                },
                Form::NotConst(_) | Form::NotIn(_) => {
                    let texts = arena.listed(*node).iter().filter_map(|value| match value.as_ref() {
                        Datum::String(text) => Some(text.as_ref()),
                        _ => None,
                    });
                    question.excluded.extend(texts);
                }
                Form::Opaque(id, _, held) => {
                    opaque = true;
                    add_format(&mut question, self.shared.opaque.text(id.0), *held);
                }
                _ => {}
            }
        }
        if !divided.is_empty() {
            let answer = solve_divided(question, &divided, states);
            return match answer {
                SolverAnswer::Witness(_) if opaque => self.opaque(situation.everything()),
                other => other,
            };
        }
        if opaque {
            return self.try_opaque(situation, &question, states);
        }
        answer(&question, states)
    }

    /// The same question about texts that most likely have the formats that are held.
    fn with_common_texts<'q>(&self, question: &TextQuestion<'q>, opaque: &[Node]) -> TextQuestion<'q> {
        let mut question = question.clone();
        for node in opaque {
            if let Form::Opaque(id, _, true) = self.shared.arena.form(*node)
                && let Some(parts) = format::find_common_texts(self.shared.opaque.text(id.0))
            {
                question.require_length(parts.least, parts.most);
                question.required.extend(parts.required);
            }
        }
        question
    }

    /// What is opaque cannot be reasoned about, but it can be tried on the first few texts that fulfil the rest.
    fn try_opaque(&self, situation: &Situation, question: &TextQuestion<'_>, states: &mut usize) -> SolverAnswer {
        let opaque: Vec<Node> = situation
            .literals()
            .iter()
            .copied()
            .filter(|node| matches!(self.shared.arena.form(*node), Form::Opaque(..)))
            .collect();
        let tried = first_texts(question, states);
        if tried.is_empty() {
            return answer(question, states);
        }
        let common = first_texts(&self.with_common_texts(question, &opaque), states);
        let names = opaque.iter().filter_map(|node| match self.shared.arena.form(*node) {
            Form::Opaque(id, ..) => Some(self.shared.opaque.text(id.0)),
            _ => None,
        });
        // A text that people know as one of the format comes before those that a search makes.
        let (samples, patterns): (Vec<_>, Vec<_>) = names
            .map(|name| format::sample(name).map(str::to_owned).ok_or(name))
            .partition(Result::is_ok);
        let samples = samples.into_iter().filter_map(Result::ok);
        let of_patterns = patterns.into_iter().filter_map(Result::err);
        let of_patterns = of_patterns.filter_map(|name| jsonschema_regex::pattern_witness(name));
        let refused = format::REFUSED_TEXTS.map(str::to_owned);
        let candidates: Vec<String> = samples
            .chain(common)
            .chain(tried)
            .chain(of_patterns)
            .chain(refused)
            .collect();
        let fits = |word: &&String| {
            let value = Datum::text(word);
            situation
                .literals()
                .iter()
                .all(|node| evaluate(self.shared, *node, &value) == Some(true))
        };
        match candidates.iter().find(fits) {
            Some(word) => SolverAnswer::witness(Datum::text(word)),
            None => self.opaque(opaque),
        }
    }
}

/// Adds what is known of a format: a text that has it has its shape, and one that has not is not of a shape that is all of it.
fn add_format(question: &mut TextQuestion<'_>, name: &str, held: bool) {
    let Some((parts, is_exact)) = format::find_shape(name) else {
        return;
    };
    if held {
        question.require_length(parts.least, parts.most);
        question.required.extend(parts.required);
        question.forbidden.extend(parts.forbidden);
    } else if is_exact && parts.is_one_language() {
        question.forbidden.extend(parts.required);
    }
}

/// The first few texts that fulfil a question.
fn first_texts(question: &TextQuestion<'_>, states: &mut usize) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for _ in 0..MOST_TRIED {
        let mut next = question.clone();
        next.excluded.extend(found.iter().map(String::as_str));
        match next.answer(states) {
            StringSearchResult::Shortest(word) => found.push(word),
            _ => break,
        }
    }
    found
}

/// Each pattern in parts that must not match misses one of its required parts or its lengths, or matches a forbidden one.
fn solve_divided(question: TextQuestion<'_>, divided: &[PatternParts], states: &mut usize) -> SolverAnswer {
    let mut questions = vec![question];
    for parts in divided {
        let mut next = Vec::new();
        for question in &questions {
            add_ways(question, parts, &mut next);
        }
        if next.len() > MOST_WAYS {
            return SolverAnswer::unknown(&format!(
                "patterns with lookaheads can be missed in more than {MOST_WAYS} ways together; write fewer of them in one place"
            ));
        }
        questions = next;
    }
    let mut result = SolverAnswer::Empty;
    for question in questions {
        match answer(&question, states) {
            SolverAnswer::Empty => {}
            found @ SolverAnswer::Witness(_) => return found,
            unknown @ SolverAnswer::Unknown(_) => result = unknown,
        }
    }
    result
}

fn add_ways<'q>(question: &TextQuestion<'q>, parts: &PatternParts, ways: &mut Vec<TextQuestion<'q>>) {
    for part in &parts.required {
        let mut way = question.clone();
        way.forbidden.push(Rc::clone(part));
        ways.push(way);
    }
    for part in &parts.forbidden {
        let mut way = question.clone();
        way.required.push(Rc::clone(part));
        ways.push(way);
    }
    let shorter = parts.least.checked_sub(1).map(|most| (0, Some(most)));
    let longer = parts
        .most
        .and_then(|most| most.checked_add(1))
        .map(|least| (least, None));
    for (least, most) in shorter.into_iter().chain(longer) {
        let mut way = question.clone();
        way.require_length(least, most);
        ways.push(way);
    }
}

fn answer(question: &TextQuestion<'_>, states: &mut usize) -> SolverAnswer {
    match question.answer(states) {
        StringSearchResult::None => SolverAnswer::Empty,
        StringSearchResult::Unknown(reason) => SolverAnswer::unknown(&reason),
        StringSearchResult::Shortest(text) => SolverAnswer::witness(Datum::text(&text)),
    }
}
