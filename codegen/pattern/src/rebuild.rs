//! A pattern from what it means. In: branches. Out: an AST that means the same, with what all branches share in front of one
//! `$or`. For patterns that say something twice: the AST has no place for what does not count.

use crate::ast::{FieldPattern, Pattern};
use crate::matcher::Matcher;
use crate::written::Branch;

pub(crate) fn rebuild_pattern(mut branches: Vec<Branch>) -> Pattern {
    let shared = shared(&branches);
    for branch in &mut branches {
        branch.retain(|path, _| !shared.contains_key(path));
    }
    let mut pattern = Pattern::default();
    for (path, matchers) in shared {
        insert_at(&mut pattern, &path.split('.').collect::<Vec<_>>(), matchers);
    }
    // A branch without a condition of its own: what is shared decides alone.
    if !branches.iter().any(Branch::is_empty) {
        pattern.alternatives = distinct(branches)
            .into_iter()
            .map(|branch| rebuild_pattern(vec![branch]))
            .collect();
    }
    pattern
}

/// The conditions that every branch has.
fn shared(branches: &[Branch]) -> Branch {
    let (first, others) = branches.split_first().expect("a pattern has at least one branch");
    first
        .iter()
        .filter(|(path, matchers)| others.iter().all(|other| other.get(*path) == Some(matchers)))
        .map(|(path, matchers)| (path.clone(), matchers.clone()))
        .collect()
}

fn distinct(branches: Vec<Branch>) -> Vec<Branch> {
    let mut kept: Vec<Branch> = Vec::new();
    for branch in branches {
        if !kept.contains(&branch) {
            kept.push(branch);
        }
    }
    kept
}

/// Puts matchers at a path, a level for each name in it. Paths come in order, so that `a` is there before `a.b`. An empty path
/// is no field.
pub(crate) fn insert_at(pattern: &mut Pattern, path: &[&str], matchers: Vec<Matcher>) {
    let Some((&name, rest)) = path.split_first() else {
        return;
    };
    if rest.is_empty() {
        pattern.fields.insert(name.to_owned(), FieldPattern::Leaf(matchers));
        return;
    }
    let node = pattern
        .fields
        .entry(name.to_owned())
        .or_insert_with(|| FieldPattern::Fields(Pattern::default()));
    match node {
        FieldPattern::Fields(inner) => insert_at(inner, rest, matchers),
        // The name has conditions on its value. Those on what is inside go under a dotted name, which means the same.
        FieldPattern::Leaf(_) => {
            pattern.fields.insert(path.join("."), FieldPattern::Leaf(matchers));
        }
    }
}
