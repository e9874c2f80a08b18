//! A pattern as a set of events. In: a pattern. Out: the events that surely match, and those that may.
//!
//! A pattern is a union of branches, each with conditions by path. A step of a path goes into a member of an object, or into an element of
//! an array, or of an array in it, and so on: `wrap(s)` is what is in `s`, and arrays with an element of `wrap(s)`. Conditions on paths with
//! steps in common hold in one element: they are made one set before it is wrapped. That a field is absent is said of the elements that
//! conditions before it have entered, in the order of the paths, as event-ruler looks for them.

use std::collections::BTreeMap;

use schemactl_containment::{InstanceSet, JsonType, SetSession, UnsupportedSetError};
use schemactl_pattern::Matcher;

use crate::leaf::{Bounds, any_of, scalar_values};

/// Returns the events that match a pattern, given by its branches.
pub(crate) fn events_matching<'s>(
    session: &mut SetSession<'s>,
    branches: &[BTreeMap<String, Vec<Matcher>>],
) -> Result<Bounds<'s>, UnsupportedSetError> {
    let mut sets = Vec::new();
    for way in branches.iter().flat_map(split_absences) {
        sets.push(events_of(session, &way)?);
    }
    Ok(Bounds::union(session, &sets))
}

/// What a way through a pattern says of a path.
#[derive(Clone, Debug)]
enum Condition<'p> {
    /// There is a value that one of these takes.
    Present(&'p [Matcher]),
    /// There is no value.
    Absent,
}

/// The conditions of a way, in the order of their paths.
type PatternWay<'p> = Vec<(Vec<&'p str>, Condition<'p>)>;

/// The ways of a branch: a list that takes a value or its absence is two of them.
fn split_absences(branch: &BTreeMap<String, Vec<Matcher>>) -> Vec<PatternWay<'_>> {
    let mut ways: Vec<PatternWay<'_>> = vec![Vec::new()];
    for (path, matchers) in branch {
        let steps: Vec<&str> = path.split('.').collect();
        let may_be_absent = matchers.contains(&Matcher::Exists(false));
        let may_be_present = matchers.iter().any(|matcher| *matcher != Matcher::Exists(false));
        let conditions = [
            may_be_present.then_some(Condition::Present(matchers)),
            may_be_absent.then_some(Condition::Absent),
        ];
        let mut longer = Vec::new();
        for condition in conditions.iter().flatten() {
            for way in &ways {
                let mut way = way.clone();
                way.push((steps.clone(), condition.clone()));
                longer.push(way);
            }
        }
        ways = longer;
    }
    ways
}

/// A step of the paths of a way.
#[derive(Default)]
struct Step<'p> {
    value: Option<&'p [Matcher]>,
    children: BTreeMap<&'p str, Step<'p>>,
    /// Paths from here that lead to no value.
    absent: Vec<Vec<&'p str>>,
}

fn events_of<'s>(session: &mut SetSession<'s>, way: &PatternWay<'_>) -> Result<Bounds<'s>, UnsupportedSetError> {
    let mut root = Step::default();
    // A value and values below it: an array of arrays may have both, and which elements they share is more than these sets say.
    let is_nested = |one: &[&str], other: &[&str]| {
        one.len() != other.len() && one.iter().zip(other).all(|(one, other)| one == other)
    };
    let is_doubtful = way
        .iter()
        .any(|(path, _)| way.iter().any(|(other, _)| is_nested(path, other)));
    let mut present: Vec<&[&str]> = Vec::new();
    for (path, condition) in way {
        match condition {
            Condition::Present(matchers) => {
                let step = path
                    .iter()
                    .fold(&mut root, |step, name| step.children.entry(name).or_default());
                step.value = Some(matchers);
                present.push(path);
            }
            Condition::Absent => {
                let shared = |other: &&[&str]| path.iter().zip(*other).take_while(|(one, other)| one == other).count();
                // The last name is no step into an object that the conditions before have entered.
                let entered = present.iter().map(shared).max().unwrap_or(0).min(path.len() - 1);
                let (above, below) = path.split_at(entered);
                let step = above
                    .iter()
                    .fold(&mut root, |step, name| step.children.entry(name).or_default());
                step.absent.push(below.to_vec());
            }
        }
    }
    let mut events = objects_of(session, &root)?;
    if is_doubtful {
        // Absence is asked of fewer elements than there are: alone it would hold less often.
        let present = way
            .iter()
            .filter(|(_, condition)| matches!(condition, Condition::Present(_)));
        let all = present.map(|condition| events_of(session, &vec![condition.clone()]));
        let all: Vec<_> = all.collect::<Result<Vec<_>, _>>()?;
        events = Bounds {
            surely: session.nothing(),
            maybe: Bounds::intersection(session, &all).maybe,
        };
    }
    Ok(events)
}

/// The objects whose members are as a step says.
fn objects_of<'s>(session: &mut SetSession<'s>, step: &Step<'_>) -> Result<Bounds<'s>, UnsupportedSetError> {
    let mut all = vec![Bounds::exact(session.types(&[JsonType::Object]))];
    for (name, child) in &step.children {
        let mut values = Vec::new();
        if let Some(matchers) = child.value {
            values.push(any_of(session, matchers));
        }
        if !child.children.is_empty() || !child.absent.is_empty() {
            values.push(objects_of(session, child)?);
        }
        for value in values {
            all.push(member(session, name, value)?);
        }
    }
    for path in &step.absent {
        let present = Bounds::exact(scalar_values(session));
        let (last, above) = path.split_last().expect("a path has a name");
        let mut there = member(session, last, present)?;
        for name in above.iter().rev() {
            there = member(session, name, there)?;
        }
        all.push(there.complement(session));
    }
    Ok(Bounds::intersection(session, &all))
}

/// The objects with a member of this name that is in a set, or is an array with an element that is.
fn member<'s>(session: &mut SetSession<'s>, name: &str, values: Bounds<'s>) -> Result<Bounds<'s>, UnsupportedSetError> {
    let is_exact = values.surely == values.maybe;
    let mut objects = |values| {
        let wrapped = wrap(session, values)?;
        Ok(session.objects_with(name, wrapped))
    };
    let surely = objects(values.surely)?;
    let maybe = if is_exact { surely } else { objects(values.maybe)? };
    Ok(Bounds { surely, maybe })
}

/// What is in a set, and the arrays with an element that is, or that is such an array.
fn wrap<'s>(session: &mut SetSession<'s>, values: InstanceSet<'s>) -> Result<InstanceSet<'s>, UnsupportedSetError> {
    session.recursive(|session, itself| {
        let arrays = session.arrays_containing(itself, 1, None);
        Ok(session.union(&[values, arrays]))
    })
}
