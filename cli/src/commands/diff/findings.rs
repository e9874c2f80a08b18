//! What a comparison found, as findings: a change that breaks, a break that no change makes alone, a direction that is undecided.
//! In: both sides, and what is known of them. Out: the findings, those of the asked directions as errors.

use schemactl_compat::{Break, Explained, Impact, Verdict};
use schemactl_model::{Pointer, Span};
use schemactl_workspace::{Direction, Finding, Place, Rule, Severity};

use super::{Found, Side};
use crate::args;

/// The directions, backward first, each with its findings.
pub(super) fn findings(old: &Side, new: &Side, found: &Found<'_>, mode: args::Direction) -> Vec<Finding> {
    let directions = [
        (Direction::Backward, &found.compared.backward),
        (Direction::Forward, &found.compared.forward),
    ];
    let ways = directions.map(|(direction, verdict)| {
        let way = Way {
            direction,
            severity: severity(mode, direction),
            old,
            new,
            found,
        };
        way.findings(verdict)
    });
    ways.into_iter().flatten().collect()
}

/// What nobody asked for is good to know.
fn severity(mode: args::Direction, direction: Direction) -> Severity {
    let asked = match direction {
        Direction::Backward => mode.asks_backward(),
        Direction::Forward => mode.asks_forward(),
    };
    if asked { Severity::Error } else { Severity::Note }
}

#[derive(Clone, Copy)]
struct Way<'f> {
    direction: Direction,
    severity: Severity,
    old: &'f Side,
    new: &'f Side,
    found: &'f Found<'f>,
}

impl Way<'_> {
    fn findings(self, verdict: &Verdict) -> Vec<Finding> {
        match verdict {
            Verdict::Compatible => Vec::new(),
            Verdict::Undecided { reason } => vec![self.undecided(reason)],
            Verdict::Incompatible { witness } => {
                let mut all = self.breaks();
                if all.is_empty() {
                    // The verdict stands, whatever became of the list.
                    let (witness, violation) = (witness.clone(), None);
                    all.push(self.together(&Break { witness, violation }));
                }
                all
            }
        }
    }

    /// A finding for each change that breaks, then for what several changes do together.
    fn breaks(self) -> Vec<Finding> {
        let explanation = &self.found.explanation;
        let alone = explanation.changes.iter().filter_map(|one| {
            let refused = self.impact(one).as_break()?;
            let at = (&one.change.old, &one.change.new);
            let mut finding = self.refusal(refused, at, Rule::Change(one.change.kind));
            finding.message = format!("{}: {}", finding.message, one.change.sentence());
            finding.subject.clone_from(&one.change.subject);
            Some(finding)
        });
        let others = match self.direction {
            Direction::Backward => &explanation.backward,
            Direction::Forward => &explanation.forward,
        };
        alone.chain(others.iter().map(|other| self.together(other))).collect()
    }

    /// A break without a change of its own, at the keyword that refuses the event.
    fn together(self, one: &Break) -> Finding {
        let rule = match self.direction {
            Direction::Backward => Rule::BackwardIncompatible,
            Direction::Forward => Rule::ForwardIncompatible,
        };
        let keyword = one.keyword();
        self.refusal(one, (&keyword, &keyword), rule)
    }

    fn refusal(self, one: &Break, (old, new): (&Pointer, &Pointer), rule: Rule) -> Finding {
        let [(writer, sent), (reader, taken)] = self.roles((self.old, old), (self.new, new));
        let message = match &one.violation {
            Some(violation) => violation.message.clone(),
            None => "under the policy, the reader refuses it".to_owned(),
        };
        Finding {
            message: format!(
                "{}: {} refuses an event of {}",
                self.direction, reader.title, writer.title
            ),
            places: vec![
                place(reader, taken, "refuses it here"),
                place(writer, sent, "allows it"),
            ],
            witness: Some(one.witness.clone()),
            why: Some(message),
            fix: Some(rule.advice().to_owned()),
            ..self.finding(rule)
        }
    }

    fn undecided(self, reason: &str) -> Finding {
        let [(writer, ()), (reader, ())] = self.roles((self.old, ()), (self.new, ()));
        let changes = &self.found.explanation.changes;
        let hanging = changes
            .iter()
            .filter(|one| matches!(self.impact(one), Impact::Undecided(_)));
        let places = hanging.flat_map(|one| {
            [
                place(self.new, &one.change.new, &one.change.sentence()),
                place(self.old, &one.change.old, "so it was"),
            ]
        });
        let mut places: Vec<_> = places.collect();
        if places.is_empty() {
            let root = Pointer::root();
            places = vec![
                place(self.new, &root, "the new schema"),
                place(self.old, &root, "the old schema"),
            ];
        }
        Finding {
            message: format!(
                "{}: whether {} takes every event of {} is undecided",
                self.direction, reader.title, writer.title
            ),
            places,
            why: Some(reason.to_owned()),
            fix: Some("write this part in a simpler way".to_owned()),
            ..self.finding(Rule::CannotDecide)
        }
    }

    fn finding(self, rule: Rule) -> Finding {
        Finding {
            direction: Some(self.direction),
            old: self.old.version.clone(),
            new: self.new.version.clone(),
            ..Finding::new(rule, self.severity, self.new.event.clone())
        }
    }

    fn impact(self, one: &Explained) -> &Impact {
        match self.direction {
            Direction::Backward => &one.backward,
            Direction::Forward => &one.forward,
        }
    }

    /// The writer, then the reader.
    fn roles<T>(self, old: T, new: T) -> [T; 2] {
        match self.direction {
            Direction::Backward => [old, new],
            Direction::Forward => [new, old],
        }
    }
}

/// A place of a document, or the closest around it; of the whole document its first line.
fn place(side: &Side, pointer: &Pointer, label: &str) -> Place {
    let (root, source) = (side.document.root(), side.document.source());
    let span = pointer.closest(root).span;
    let first_line = source.text().find('\n').unwrap_or(source.text().len());
    Place {
        source: source.clone(),
        span: if span == root.span {
            Span::new(0, first_line)
        } else {
            span
        },
        label: label.to_owned(),
    }
}
