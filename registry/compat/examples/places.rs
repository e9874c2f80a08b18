//! Measures whether the event of each finding breaks at the finding's place: `cargo run --release -p schemactl-compat
//! --example places -- FILE…`. In: JSON lines `{"id","draft","old","new"}`, or a folder of such files; each pair under every policy. Out: how many findings
//! have an event that the reader accepts once the place alone is changed, how many list the other places, and each that does neither.
//! The repaired events are checked here, not believed: they differ at the place alone, and a validator accepts them.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

#[path = "../tests/common/places.rs"]
mod places;

use std::path::Path;

use schemactl_compat::Policy;

fn main() {
    let mut measure = places::Measure::default();
    for argument in std::env::args().skip(1) {
        for case in places::cases(Path::new(&argument)) {
            for policy in Policy::ALL {
                measure.add(&case, policy);
            }
        }
    }
    for line in &measure.told {
        println!("{line}");
    }
    println!("{measure}");
}
