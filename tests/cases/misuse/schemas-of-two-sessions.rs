//! A schema that one session of an engine keeps has another number in another session.

use schemactl_compat::{Engine, Schema, Verdict, ask_questions};

pub fn mix_sessions(engine: &dyn Engine, [old, new]: [&Schema<'_>; 2]) -> Verdict {
    ask_questions(engine, |one| {
        let old = one.keep(old);
        ask_questions(engine, |other| {
            let new = other.keep(new);
            other.between(old, new) //~ E0521
        })
    })
}
