//! The official test suite as questions of containment, as a table: `cargo run --release -p schemactl-compat
//! --example suite -- FOLDER [ENGINE]`. In: a folder with `tests/draft*/*.json` in it, such as a checkout of
//! JSON-Schema-Test-Suite. Out: the table, every answer that is wrong, and what was left out.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::Path;

use schemactl_compat::{ContainmentEngine, Engine};

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../tests/second_engine/mod.rs"]
mod second_engine;

use common::suite::{Tally, run};
use second_engine::CanonicalEngine;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("a folder with the suite");
    let engine: Box<dyn Engine> = match arguments.next().as_deref() {
        Some("canonical") => Box::new(CanonicalEngine),
        _ => Box::new(ContainmentEngine::default()),
    };
    let table = run(engine.as_ref(), Path::new(&folder));
    report(&table);
    assert!(
        table.iter().all(|(_, tally)| tally.wrong.is_empty()),
        "the engine contradicts the suite"
    );
}

fn report(table: &[(&str, Tally)]) {
    for wrong in table.iter().flat_map(|(_, tally)| &tally.wrong) {
        println!("WRONG {wrong}");
    }
    println!("{:14} {:>7} {:>7} {:>9}  slowest", "", "right", "wrong", "undecided");
    for (name, tally) in table {
        let (time, test) = &tally.slowest;
        println!(
            "{name:14} {:>7} {:>7} {:>9}  {time:?} {test}",
            tally.right,
            tally.wrong.len(),
            tally.undecided
        );
    }
    for (name, tally) in table {
        println!("{name}: tests left out: {:?}", tally.left_out);
        for (reason, count) in &tally.reasons {
            println!("{name}: undecided {count:>4}: {reason}");
        }
    }
}
