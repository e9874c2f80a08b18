//! A set is a number of its session. In another one the number is another set.

use schemactl_containment::{Emptiness, SessionOptions, with_session};

pub fn ask_another_session() -> Emptiness {
    with_session(SessionOptions::default(), |one| {
        let ours = one.texts_matching("^a");
        with_session(SessionOptions::default(), |other| {
            other.find_instance(ours) //~ E0521
        })
    })
}

pub fn combine_with_another_session() {
    with_session(SessionOptions::default(), |one| {
        let ours = one.texts_matching("^a");
        with_session(SessionOptions::default(), |other| {
            other.complement(ours); //~ E0521
        });
    });
}
