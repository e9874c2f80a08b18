//! The same calls within one session, and within one comparer.

use schemactl_compat::{Comparison, ComparisonSettings, Engine, Schema, Verdict, ask_questions, with_comparer};
use schemactl_containment::{Emptiness, SessionOptions, with_session};

pub fn combine() -> Emptiness {
    with_session(SessionOptions::default(), |session| {
        let sets = ["^a", "^b"].map(|pattern| session.texts_matching(pattern));
        let both = session.union(&sets);
        session.find_instance(both)
    })
}

pub fn compare(engine: &dyn Engine, settings: ComparisonSettings<'_>, [old, new]: [&Schema<'_>; 2]) -> Comparison {
    with_comparer(engine, settings, |comparer| {
        let (old, new) = (comparer.prepare(old), comparer.prepare(new));
        comparer.compare(&old, &new)
    })
}

pub fn ask(engine: &dyn Engine, [old, new]: [&Schema<'_>; 2]) -> Verdict {
    ask_questions(engine, |questions| {
        let (old, new) = (questions.keep(old), questions.keep(new));
        questions.between(old, new)
    })
}
