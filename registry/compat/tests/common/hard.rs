//! Pairs of schemas that take as many steps as one likes: the number of steps doubles every few sizes, so that any budget ends among them.
//! In: nothing. Out: pairs with names, the same on every machine.

use super::random::Random;

/// A pair of 2020-12 schemas.
pub(crate) struct HardPair {
    pub(crate) id: String,
    pub(crate) old: String,
    pub(crate) new: String,
}

/// Returns all pairs, easy ones first within each family.
pub(crate) fn hard_pairs() -> Vec<HardPair> {
    let sizes = |from: usize, to: usize| from..=to;
    let clauses = sizes(10, 34).flat_map(|size| (0..4).map(move |seed| random_clauses(size, seed)));
    let choices = sizes(2, 9).flat_map(|size| (2..=5).map(move |count| crossed_choices(size, count)));
    let multiples = sizes(4, 18).map(unions_of_multiples);
    let counted = sizes(4, 40).map(overlapping_counts);
    let lists = sizes(2, 12).map(repeated_elements);
    clauses
        .chain(choices)
        .chain(multiples)
        .chain(counted)
        .chain(lists)
        .collect()
}

fn joined(count: usize, mut one: impl FnMut(usize) -> String) -> String {
    (0..count).map(&mut one).collect::<Vec<_>>().join(",")
}

fn pair(family: &str, size: usize, old: String, new: String) -> HardPair {
    HardPair {
        id: format!("{family} {size}"),
        old,
        new,
    }
}

/// Random clauses of three literals over boolean properties, about as many as can be met together: does the first property have to be
/// true?
fn random_clauses(size: usize, seed: usize) -> HardPair {
    let mut random = Random::new((size * 100 + seed) as u64);
    let literal = |random: &mut Random| {
        let (property, value) = (random.below(size), random.percent(50));
        format!(r#"{{"properties":{{"p{property}":{{"const":{value}}}}}}}"#)
    };
    let clauses = joined(size * 43 / 10, |_| {
        let literals = joined(3, |_| literal(&mut random));
        format!(r#"{{"anyOf":[{literals}]}}"#)
    });
    let properties = joined(size, |index| format!(r#""p{index}":{{"type":"boolean"}}"#));
    let required = joined(size, |index| format!("\"p{index}\""));
    let old =
        format!(r#"{{"type":"object","properties":{{{properties}}},"required":[{required}],"allOf":[{clauses}]}}"#);
    pair(
        &format!("clauses/{seed}"),
        size,
        old,
        r#"{"properties":{"p0":{"const":true}}}"#.to_owned(),
    )
}

/// Several choices between properties, of which the reader expects one that differs.
fn crossed_choices(size: usize, count: usize) -> HardPair {
    let all = |leaf: &str| {
        let choice = |one: usize| {
            let branch = |index: usize| {
                let name = format!("a{}", (index * (one + 1) + one) % (2 * size + 1));
                format!(r#"{{"properties":{{"{name}":{leaf}}},"required":["{name}"]}}"#)
            };
            format!(r#"{{"anyOf":[{}]}}"#, joined(size, branch))
        };
        format!(r#"{{"type":"object","allOf":[{}]}}"#, joined(count, choice))
    };
    pair(
        &format!("choices/{count}"),
        size,
        all(r#"{"enum":["a","b",1]}"#),
        all(r#"{"enum":["b","a",1,2]}"#),
    )
}

/// Numbers that are a multiple of one of two in each of several unions.
fn unions_of_multiples(size: usize) -> HardPair {
    const PRIMES: [u32; 38] = [
        2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107,
        109, 113, 127, 131, 137, 139, 149, 151, 157, 163,
    ];
    let unions = joined(size, |index| {
        let (one, other) = (PRIMES[2 * index], PRIMES[2 * index + 1]);
        format!(r#"{{"anyOf":[{{"multipleOf":{one}}},{{"multipleOf":{other}}}]}}"#)
    });
    pair(
        "multiples",
        size,
        format!(r#"{{"type":"integer","minimum":1,"maximum":1000000,"allOf":[{unions}]}}"#),
        r#"{"multipleOf":2}"#.to_owned(),
    )
}

/// Branches that overlap in how many properties there may be.
fn overlapping_counts(size: usize) -> HardPair {
    let all = |size: usize| {
        let branch = |index: usize| format!(r#"{{"minProperties":{index},"maxProperties":{}}}"#, index + 30);
        format!(r#"{{"type":"object","oneOf":[{}]}}"#, joined(size, branch))
    };
    pair("counts", size, all(size), all(size + 1))
}

/// Lists whose elements have to differ, from too few values.
fn repeated_elements(size: usize) -> HardPair {
    let values = |count: usize| joined(count, |index| format!("\"v{index}\""));
    let contained = joined(size, |index| {
        format!(r#"{{"contains":{{"enum":["v{index}","v{}"]}}}}"#, index + 1)
    });
    pair(
        "elements",
        size,
        format!(
            r#"{{"type":"array","items":{{"enum":[{}]}},"uniqueItems":true,"minItems":{size},"allOf":[{contained}]}}"#,
            values(size + 1)
        ),
        format!(r#"{{"contains":{{"const":"v{size}"}}}}"#),
    )
}
