//! Strings: lengths, patterns, excluded texts.

use super::clauses::Situation;
use super::{Answer, Solver};
use crate::containment::datum::Datum;
use crate::containment::evaluate::evaluate;
use crate::containment::format;
use crate::containment::language::{Question, Word, parts};
use crate::containment::node::{Form, Node};

/// Texts that an opaque pattern is tried on.
const MOST_TRIED: usize = 8;

impl Solver<'_> {
    pub(super) fn string(&self, situation: &Situation) -> Answer {
        let arena = &self.shared.arena;
        let mut question = Question::default();
        // What must not match a pattern in several parts must miss one of them: that is no conjunction.
        let mut divided = false;
        let mut opaque = false;
        for node in situation.literals() {
            match arena.form(*node) {
                Form::MinLength(length) => question.least = question.least.max(*length),
                Form::MaxLength(length) => {
                    question.most = Some(question.most.map_or(*length, |most| most.min(*length)));
                }
                Form::Pattern(id) => {
                    if let Some(parts) = parts(self.shared.patterns.text(id.0)) {
                        question.required.extend(parts.required);
                        question.forbidden.extend(parts.forbidden);
                    }
                }
                Form::NotPattern(id) => match parts(self.shared.patterns.text(id.0)) {
                    Some(parts) if parts.forbidden.is_empty() && parts.required.len() == 1 => {
                        question.forbidden.extend(parts.required);
                    }
                    _ => divided = true,
                },
                Form::NotConst(_) | Form::NotIn(_) => {
                    let texts = arena.listed(*node).iter().filter_map(|value| match value.as_ref() {
                        Datum::String(text) => Some(text.as_ref()),
                        _ => None,
                    });
                    question.excluded.extend(texts);
                }
                Form::Opaque(..) => opaque = true,
                _ => {}
            }
        }
        if divided {
            let answer = self.divided(situation, question);
            return match answer {
                Answer::Witness(_) if opaque => self.opaque(situation.everything()),
                other => other,
            };
        }
        if opaque {
            return self.try_opaque(situation, &question);
        }
        answer(&question)
    }

    /// What is opaque cannot be reasoned about, but it can be tried on the first few texts that fulfil the rest.
    fn try_opaque(&self, situation: &Situation, question: &Question<'_>) -> Answer {
        let opaque: Vec<Node> = situation
            .literals()
            .iter()
            .copied()
            .filter(|node| matches!(self.shared.arena.form(*node), Form::Opaque(..)))
            .collect();
        let tried: Vec<String> = (0..MOST_TRIED)
            .scan(Vec::new(), |tried: &mut Vec<String>, _| {
                let mut next = question.clone();
                next.excluded.extend(tried.iter().map(String::as_str));
                let Word::Shortest(word) = next.answer() else {
                    return None;
                };
                tried.push(word.clone());
                Some(word)
            })
            .collect();
        if tried.is_empty() {
            return answer(question);
        }
        let samples = opaque.iter().filter_map(|node| match self.shared.arena.form(*node) {
            Form::Opaque(id, ..) => {
                let name = self.shared.opaque.text(id.0);
                format::sample(name)
                    .map_or_else(|| jsonschema_regex::pattern_witness(name), |text| Some(text.to_owned()))
            }
            _ => None,
        });
        let candidates: Vec<String> = tried.into_iter().chain(samples).collect();
        let fits = |word: &&String| {
            let value = Datum::text(word);
            situation
                .literals()
                .iter()
                .all(|node| evaluate(self.shared, *node, &value) == Some(true))
        };
        match candidates.iter().find(fits) {
            Some(word) => Answer::witness(Datum::text(word)),
            None => self.opaque(opaque),
        }
    }

    /// Each pattern in parts that must not match misses one of its required parts or matches a forbidden one.
    fn divided(&self, situation: &Situation, question: Question<'_>) -> Answer {
        let divided: Vec<_> = situation
            .literals()
            .iter()
            .filter_map(|node| match self.shared.arena.form(*node) {
                Form::NotPattern(id) => parts(self.shared.patterns.text(id.0)),
                _ => None,
            })
            .filter(|parts| !(parts.forbidden.is_empty() && parts.required.len() == 1))
            .collect();
        if divided.len() > 6 {
            return Answer::unknown("many patterns with lookaheads at once");
        }
        let mut questions = vec![question];
        for parts in divided {
            let ways: usize = parts.required.len() + parts.forbidden.len();
            let mut next = Vec::with_capacity(questions.len() * ways);
            for question in &questions {
                for part in &parts.required {
                    let mut way = question.clone();
                    way.forbidden.push(part.clone());
                    next.push(way);
                }
                for part in &parts.forbidden {
                    let mut way = question.clone();
                    way.required.push(part.clone());
                    next.push(way);
                }
            }
            questions = next;
        }
        let mut result = Answer::Empty;
        for question in questions {
            match answer(&question) {
                Answer::Empty => {}
                found @ Answer::Witness(_) => return found,
                unknown @ Answer::Unknown(_) => result = unknown,
            }
        }
        result
    }
}

fn answer(question: &Question<'_>) -> Answer {
    match question.answer() {
        Word::None => Answer::Empty,
        Word::Unknown(reason) => Answer::unknown(reason),
        Word::Shortest(text) => Answer::witness(Datum::text(&text)),
    }
}
