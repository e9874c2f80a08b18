//! The questions of one explanation, in one session of the engine and with one budget. In: a session, and the settings of the pair. Out:
//! verdicts whose events are confirmed.

use crate::confirm::confirm_verdict;
use crate::containment::ContainmentEngine;
use crate::engine::{Engine, KeptSchema, Questions};
use crate::prepared::{Replay, VersionViews};
use crate::settings::ComparisonSettings;
use crate::verdict::Verdict;

/// Steps that the questions of one explanation take together: as many as four verdicts. Most of its questions are about a few
/// keywords and take less than a hundred; where many do not, the changes beyond are undecided, on any machine the same.
// INVARIANT: counted in steps, never in time: otherwise the changes of a report would depend on the machine.
const STEPS_TOGETHER: u64 = 4 * ContainmentEngine::STEPS;

/// The questions of one explanation.
pub(super) struct Questioner<'q, 's> {
    pub(super) engine: &'q dyn Engine,
    pub(super) questions: &'q mut dyn Questions<'s>,
    pub(super) settings: ComparisonSettings<'q>,
}

impl<'q, 's> Questioner<'q, 's> {
    pub(super) fn new(
        engine: &'q dyn Engine,
        questions: &'q mut dyn Questions<'s>,
        settings: ComparisonSettings<'q>,
    ) -> Self {
        questions.limit(STEPS_TOGETHER);
        Self {
            engine,
            questions,
            settings,
        }
    }

    /// Whether a reader accepts every event of a writer, of whom is kept what it sends, and what an event was replayed on.
    pub(super) fn replayed(
        &mut self,
        (writer, sent): (&VersionViews<'_>, KeptSchema<'s>),
        reader: &VersionViews<'_>,
    ) -> (Verdict, Option<Replay>) {
        let taken = match reader.taken() {
            Ok(taken) => taken,
            Err(reason) => {
                let reason = reason.to_owned();
                return (Verdict::Undecided { reason }, None);
            }
        };
        let kept = (sent, self.questions.keep(&taken));
        let semantics = self.engine.semantics();
        confirm_verdict(self.engine, self.questions, kept, || {
            Replay::of(writer, reader, semantics)
        })
    }
}
