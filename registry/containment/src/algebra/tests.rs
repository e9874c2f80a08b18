//! Laws of intersections, unions and complements, held against evaluation.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::evaluate::evaluate;
use crate::number::Rational;
use crate::semantics::Semantics;
use crate::session::SessionOptions;
use crate::tables::Shared;
use crate::value_kind::{ARRAY, BOOL, NULL, NUMBER, STRING};

/// Values of every type, all that the nodes below tell apart.
fn values() -> Vec<Rc<Datum>> {
    let array = |elements: &[Datum]| Datum::Array(elements.to_vec());
    let object = |name: &str| Datum::Object([(Rc::from(name), Datum::Null)].into_iter().collect());
    let mut values = vec![Datum::Null, Datum::Bool(false), Datum::Bool(true)];
    values.extend([0, 1, 7].map(|number| Datum::Number(Rational::from(number))));
    values.extend(["", "a", "bcd"].map(Datum::text));
    values.extend([array(&[]), array(&[Datum::Null]), object("a"), object("b")]);
    values.into_iter().map(Rc::new).collect()
}

/// Small nodes: lists of values, types, and literals of some types.
fn nodes(arena: &mut Arena) -> Vec<Node> {
    let values = values();
    let some = |mask: u32| -> Vec<Rc<Datum>> {
        let listed = values.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1);
        listed.map(|(_, value)| Rc::clone(value)).collect()
    };
    let masks = [
        0b1,
        0b10,
        0b110,
        0b111,
        0b1_0101_0101,
        0b1_1111_1111_1111,
        0b1_1100_0000_0000,
        0b1010_1010,
    ];
    let mut nodes = vec![Node::TRUE, Node::FALSE];
    for mask in masks {
        let listed = arena.constants(some(mask));
        nodes.extend([listed, arena.not(listed)]);
    }
    for mask in [NULL, BOOL, STRING | NUMBER, ARRAY, ANY & !BOOL] {
        nodes.push(arena.types(mask));
    }
    let one = Rc::new(Rational::from(1));
    for form in [
        Form::MinLength(1),
        Form::AtLeast(one, false),
        Form::MinItems(1),
        Form::MinProperties(2),
    ] {
        let literal = arena.literal(form);
        nodes.extend([literal, arena.not(literal)]);
    }
    nodes
}

#[test]
fn intersections_unions_and_complements_hold_what_they_should() {
    let mut shared = Shared::new(Semantics::default(), SessionOptions::default().format_check);
    let simple = nodes(&mut shared.arena);
    let mut all = simple.clone();
    for (at, one) in simple.iter().enumerate() {
        let other = simple[(at * 7 + 3) % simple.len()];
        all.extend([shared.arena.and([*one, other]), shared.arena.or([*one, other])]);
    }
    for one in &all {
        for other in &all {
            let (both, any) = (shared.arena.and([*one, *other]), shared.arena.or([*one, *other]));
            let (not, twice) = (shared.arena.not(both), shared.arena.not(any));
            let (sides, back) = (
                [shared.arena.not(*one), shared.arena.not(*other)],
                shared.arena.not(not),
            );
            let (morgan, mirrored) = (shared.arena.or(sides), shared.arena.and(sides));
            for value in values() {
                let holds = |node: Node| evaluate(&shared, node, &value).unwrap();
                let (first, second) = (holds(*one), holds(*other));
                assert_eq!(
                    (holds(both), holds(any)),
                    (first && second, first || second),
                    "{value:?}"
                );
                assert_eq!(
                    (holds(not), holds(morgan), holds(back)),
                    (!(first && second), !(first && second), first && second)
                );
                assert_eq!(
                    (holds(twice), holds(mirrored)),
                    (!(first || second), !(first || second))
                );
            }
        }
    }
}

#[test]
fn lists_fold_into_one_node() {
    let mut arena = Arena::new();
    let mut list = |texts: &[&str]| arena.constants(texts.iter().map(|text| Rc::new(Datum::text(text))).collect());
    let (abc, bcd, bc, abcd, a) = (
        list(&["a", "b", "c"]),
        list(&["b", "c", "d"]),
        list(&["c", "b"]),
        list(&["d", "c", "b", "a"]),
        list(&["a"]),
    );
    assert_eq!(arena.and([abc, bcd]), bc);
    assert_eq!(arena.or([abc, bcd]), abcd);
    let not = arena.not(bcd);
    assert_eq!(arena.and([abc, not]), a);
    let strings = arena.types(STRING);
    assert_eq!(arena.and([abc, strings]), abc);
    let numbers = arena.types(NUMBER);
    assert_eq!(arena.and([abc, numbers]), Node::FALSE);
    assert_eq!(arena.or([abc, strings]), strings);
    let outside = arena.not(abc);
    assert_eq!(arena.or([outside, abcd]), Node::TRUE);
}

#[test]
fn what_is_forgotten_can_be_made_again() {
    let mut arena = Arena::new();
    let kept = nodes(&mut arena);
    let mark = arena.mark();
    let ask = |arena: &mut Arena| -> Vec<Node> {
        let mut made: Vec<Node> = kept.iter().map(|node| arena.not(*node)).collect();
        made.extend(
            kept.windows(2)
                .map(|pair| arena.and([pair[0], pair[1]]))
                .collect::<Vec<_>>(),
        );
        made
    };
    let first = ask(&mut arena);
    let bytes = arena.bytes();
    arena.forget_since(&mark);
    assert_eq!(ask(&mut arena), first);
    assert_eq!(arena.bytes(), bytes);
}
