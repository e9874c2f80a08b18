//! One finding a change. In: the findings of every pair of versions of an event. Out: each break once, at the version that introduced
//! it, with the versions whose readers or writers it breaks and the later versions that still have it. Distant pairs are compared all
//! the same: a break that only they have is found at the later one.

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::Version;

use crate::fingerprint;
use crate::report::Finding;
use schemactl_workspace::WorkspaceEvent;

/// What makes two breaks of different pairs the same one.
type BreakKey = Vec<String>;

/// Returns the findings of pairs, those of one change as one. `findings` are of one event.
pub(super) fn merge_repeated(event: &WorkspaceEvent, mut findings: Vec<Finding>) -> Vec<Finding> {
    // Waivers that were written before hold these prints.
    fingerprint::number_pairs(&mut findings);
    let versions: Vec<&Version> = event.versions.keys().collect();
    let introduced = Introductions::of(&versions, &findings);
    let by: Vec<_> = findings.iter().map(|finding| introduced.by(finding)).collect();
    let mut groups: BTreeMap<(BreakKey, Version), Vec<(usize, Finding)>> = BTreeMap::new();
    let mut all = Vec::new();
    for (index, (finding, by)) in findings.into_iter().zip(by).enumerate() {
        match by {
            Some(by) => groups.entry(by).or_default().push((index, finding)),
            None => all.push((index, finding)),
        }
    }
    all.extend(groups.into_iter().map(|((_, at), group)| merged(&at, group)));
    all.sort_by_key(|(index, _)| *index);
    let mut all: Vec<Finding> = all.into_iter().map(|(_, finding)| finding).collect();
    fingerprint::set_fingerprints(&mut all);
    all
}

/// Which version introduced which break.
struct Introductions<'f> {
    /// The pairs in which a break is, by its key: old and new version.
    pairs: BTreeMap<BreakKey, Vec<(&'f Version, &'f Version)>>,
    previous: BTreeMap<&'f Version, &'f Version>,
}

impl<'f> Introductions<'f> {
    fn of(versions: &[&'f Version], findings: &[Finding]) -> Introductions<'f> {
        let known = |version: &Version| versions.iter().find(|known| **known == version).copied();
        let mut pairs: BTreeMap<BreakKey, Vec<(&Version, &Version)>> = BTreeMap::new();
        for finding in findings {
            if let (Some(key), Some(old), Some(new)) = (key(finding), finding.old.as_ref(), finding.new.as_ref())
                && let (Some(old), Some(new)) = (known(old), known(new))
            {
                pairs.entry(key).or_default().push((old, new));
            }
        }
        Introductions {
            pairs,
            previous: versions.windows(2).map(|pair| (pair[1], pair[0])).collect(),
        }
    }

    /// The break, and the version that introduced it: the last one that differs in it from the version before, or else the first
    /// that breaks the old version.
    fn by(&self, finding: &Finding) -> Option<(BreakKey, Version)> {
        let key = key(finding)?;
        let (old, new) = (finding.old.as_ref()?, finding.new.as_ref()?);
        let pairs = self.pairs.get(&key)?;
        let is_step = |pair: &&(&Version, &Version)| self.previous.get(pair.1) == Some(&pair.0);
        let steps = pairs.iter().filter(is_step).map(|(_, new)| *new);
        let last = steps.filter(|at| *at > old && *at <= new).max();
        let first = || pairs.iter().filter(|pair| pair.0 == old).map(|pair| pair.1).min();
        Some((key, last.or_else(first)?.clone()))
    }
}

/// The key of a break; nothing for findings that are not about a break between two versions.
fn key(finding: &Finding) -> Option<BreakKey> {
    let change = finding.change.as_ref().filter(|_| finding.direction.is_some())?;
    Some(fingerprint::identity_of_change(finding, change))
}

/// The findings of one break as one, that of the version that introduced it and the one before, with its place in the list.
fn merged(at: &Version, group: Vec<(usize, Finding)>) -> (usize, Finding) {
    let versions = |of: fn(&Finding) -> &Option<Version>| {
        let list = group.iter().filter_map(|(_, finding)| of(finding).clone());
        list.collect::<BTreeSet<Version>>()
    };
    let (broken, with_it) = (versions(|finding| &finding.old), versions(|finding| &finding.new));
    let prints = group.iter().map(|(_, finding)| finding.fingerprint.clone()).collect();
    let of_step = group
        .into_iter()
        .filter(|(_, finding)| finding.new.as_ref() == Some(at));
    let closest = of_step.max_by(|one, other| one.1.old.cmp(&other.1.old));
    let (index, mut finding) = closest.expect("a version introduced it");
    finding.also_breaks = broken
        .into_iter()
        .filter(|version| Some(version) != finding.old.as_ref())
        .collect();
    finding.repeated_in = with_it.into_iter().filter(|version| version > at).collect();
    finding.former_prints = prints;
    (index, finding)
}
