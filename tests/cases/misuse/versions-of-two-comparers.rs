//! A version is prepared under the policy of its comparer. Held against a version under another policy it proves nothing.

use schemactl_compat::{Comparison, ComparisonSettings, Engine, Schema, with_comparer};

pub fn mix_policies(
    engine: &dyn Engine,
    [strict, tolerant]: [ComparisonSettings<'_>; 2],
    [old, new]: [&Schema<'_>; 2],
) -> Comparison {
    with_comparer(engine, strict, |one| {
        let old = one.prepare(old);
        with_comparer(engine, tolerant, |other| {
            let new = other.prepare(new);
            other.compare(&old, &new) //~ E0521
        })
    })
}
