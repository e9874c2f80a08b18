//! A change that breaks in both directions is one finding. In: findings of one direction each, once waivers were applied. Out: those of one
//! change and version as one, which holds both. A change of which only one direction is accepted stays two findings: who accepted that old
//! events break has not accepted that old readers do.

use std::collections::BTreeMap;

use crate::breaks::REJECTS;
use crate::report::{Direction, Finding, FindingPlace, Report};

impl Report {
    /// Takes the two directions of each change together, where both are accepted or neither is.
    pub(crate) fn join_directions(&mut self) {
        let mut joined: Vec<Finding> = Vec::with_capacity(self.findings.len());
        // INVARIANT: a fingerprint of both directions is that of one finding in each of them.
        let mut first_of: BTreeMap<(String, bool), usize> = BTreeMap::new();
        for finding in std::mem::take(&mut self.findings) {
            let change = finding.change_print.clone();
            let Some(key) = change.map(|print| (print, finding.waived.is_some())) else {
                joined.push(finding);
                continue;
            };
            if let Some(at) = first_of.remove(&key) {
                let first = joined[at].clone();
                joined[at] = join(first, finding);
            } else {
                first_of.insert(key, joined.len());
                joined.push(finding);
            }
        }
        self.findings = joined;
    }
}

/// The finding of both directions: the event that breaks new readers is shown first, as in the list of changes.
fn join(one: Finding, other: Finding) -> Finding {
    let is_forward = one.direction == Some(Direction::Forward);
    let (first, second) = if is_forward { (other, one) } else { (one, other) };
    let broken = first.broken_versions().chain(second.broken_versions());
    let mut also_breaks: Vec<_> = broken
        .filter(|version| Some(*version) != first.old.as_ref())
        .cloned()
        .collect();
    also_breaks.sort();
    also_breaks.dedup();
    let mut repeated_in = [&first.repeated_in[..], &second.repeated_in].concat();
    repeated_in.sort();
    repeated_in.dedup();
    Finding {
        message: join_messages(&first, &second),
        severity: first.severity.min(second.severity),
        places: join_places(&first.places, &second.places),
        fix: join_texts(first.fix.as_deref(), second.fix.as_deref(), " "),
        waived: join_texts(first.waived.as_deref(), second.waived.as_deref(), "; "),
        also_breaks,
        repeated_in,
        fingerprint: first.change_print.clone().unwrap_or_default(),
        directions: vec![first.clone(), second],
        ..first
    }
}

/// The places of both. The new schema stands first, and rejects old events at its place; the old one rejects new events.
fn join_places(backward: &[FindingPlace], forward: &[FindingPlace]) -> Vec<FindingPlace> {
    let mut places = backward.to_vec();
    for place in forward {
        let is_same = |known: &FindingPlace| known.source == place.source && known.span == place.span;
        match places.iter().position(is_same) {
            None => places.push(place.clone()),
            Some(at) if places[at].label.ends_with(REJECTS) => {}
            Some(at) => places[at].label.clone_from(&place.label),
        }
    }
    places
}

/// `Order@1.1 rejects an event of Order@1.0, and vice versa: …`
fn join_messages(first: &Finding, second: &Finding) -> String {
    let what = first.change.as_ref().map(|change| format!(": {}", change.what));
    let what = what.filter(|what| first.message.ends_with(what) && second.message.ends_with(what));
    let what = what.unwrap_or_default();
    let head = |finding: &Finding| {
        let end = finding.message.len() - what.len();
        finding.message[..end].to_owned()
    };
    let other = if first.old == second.old {
        "vice versa".to_owned()
    } else {
        head(second)
    };
    format!("{}, and {other}{what}", head(first))
}

fn join_texts(one: Option<&str>, other: Option<&str>, between: &str) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => Some(format!("{one}{between}{other}")),
        (one, other) => one.or(other).map(str::to_owned),
    }
}
