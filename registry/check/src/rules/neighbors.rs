//! Events that another workspace of the repository has as well. In: the workspace, and its neighbors. Out: an error for each event that both register or
//! publish through one registry, and a note where the registries differ: then one may be a copy that is meant.

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{EventName, Version};
use schemactl_workspace::{
    EventSettings, Layout, Manifest, NeighborEvent, NeighborWorkspace, Workspace, WorkspaceEvent,
};

use super::finding;
use crate::registered::{registered_types, schema_name};
use crate::report::{Finding, FindingPlace, Severity};
use crate::rule::Rule;

/// Returns a finding for each event and each event of a neighbor that collides with it.
pub(super) fn find_shared_events(workspace: &Workspace, neighbors: &[NeighborWorkspace]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut reported: BTreeMap<(&EventName, bool), usize> = BTreeMap::new();
    for neighbor in neighbors {
        let registry = find_shared_registry(&workspace.manifest, &neighbor.manifest);
        for collision in list_collisions(workspace, neighbor) {
            // Notes hide no error.
            let count = reported.entry((&collision.event.name, registry.is_some())).or_default();
            let finding = (*count < MOST_NEIGHBORS).then(|| collision.report(registry.as_deref()));
            if let Some(finding) = finding.flatten() {
                *count += 1;
                findings.push(finding);
            }
        }
    }
    findings
}

/// So many neighbors of one event are errors, and so many are notes: hundreds of copies would be tens of thousands of findings.
const MOST_NEIGHBORS: usize = 10;

/// Two events of two workspaces that have something in common.
struct Collision<'w> {
    event: &'w WorkspaceEvent,
    neighbor: &'w NeighborWorkspace,
    other: &'w NeighborEvent,
    /// Whether both have the same source and detail-type.
    is_published: bool,
    /// The name that both have in a registry.
    registered: Option<String>,
}

/// Returns the events of a workspace that have something in common with one of a neighbor. Each may have a thousand: the events of the neighbor are
/// looked up, not compared one by one.
fn list_collisions<'w>(workspace: &'w Workspace, neighbor: &'w NeighborWorkspace) -> Vec<Collision<'w>> {
    let mut by_identity: BTreeMap<(&str, &str), Vec<&NeighborEvent>> = BTreeMap::new();
    let mut by_name: BTreeMap<String, Vec<&NeighborEvent>> = BTreeMap::new();
    for other in neighbor.events.iter() {
        by_identity.entry(identity_of(&other.settings)).or_default().push(other);
        let versions = other.versions.iter();
        for name in list_registered_names((&other.name, &other.settings), versions, &neighbor.manifest) {
            by_name.entry(name).or_default().push(other);
        }
    }
    let mut collisions = Vec::new();
    for event in workspace.events.values() {
        let mut found: BTreeMap<&EventName, Collision<'w>> = BTreeMap::new();
        let mut add = |other: &'w NeighborEvent, registered: Option<&String>| {
            let collision = found.entry(&other.name).or_insert_with(|| Collision {
                event,
                neighbor,
                other,
                is_published: identity_of(&event.settings) == identity_of(&other.settings),
                registered: None,
            });
            collision.registered = collision.registered.take().or_else(|| registered.cloned());
        };
        for other in by_identity.get(&identity_of(&event.settings)).into_iter().flatten() {
            add(other, None);
        }
        let versions = event.versions.keys();
        for name in list_registered_names((&event.name, &event.settings), versions, &workspace.manifest) {
            for other in by_name.get(&name).into_iter().flatten() {
                add(other, Some(&name));
            }
        }
        collisions.extend(found.into_values());
    }
    collisions
}

/// What an event is published as.
fn identity_of(settings: &EventSettings) -> (&str, &str) {
    (&settings.source, &settings.detail_type)
}

impl Collision<'_> {
    /// `registry` is the one that both workspaces push to.
    fn report(&self, registry: Option<&str>) -> Option<Finding> {
        // A name is only taken in the registry that it is in.
        let registered = self.registered.as_ref().filter(|_| registry.is_some());
        if registered.is_none() && !self.is_published {
            return None;
        }
        let severity = if registry.is_some() {
            Severity::Error
        } else {
            Severity::Note
        };
        Some(Finding {
            message: self.describe(registered, registry),
            subject: Some(format!("{}: {}", self.neighbor.name, self.other.name)),
            places: self.places(),
            why: Some(self.explain(registered)),
            fix: Some(self.advise(registered, registry)),
            ..finding(Rule::EventInSeveralWorkspaces, severity, self.event)
        })
    }

    fn describe(&self, registered: Option<&String>, registry: Option<&str>) -> String {
        let EventSettings {
            source, detail_type, ..
        } = &self.event.settings;
        let published = self
            .is_published
            .then(|| format!("published as `{detail_type}` from `{source}`"));
        let registered = registered.map(|name| format!("registered as `{name}`"));
        let what: Vec<String> = published.into_iter().chain(registered).collect();
        let registries = match registry {
            Some(registry) => format!("in {registry}"),
            None => "for different registries".to_owned(),
        };
        format!(
            "{} and {} of the workspace {} are both {}, {registries}",
            self.event.name,
            self.other.name,
            self.neighbor.name,
            what.join(" and ")
        )
    }

    fn explain(&self, registered: Option<&String>) -> String {
        let replaces = registered.map(|_| "a push of one workspace replaces what the other registered");
        let mixes = self
            .is_published
            .then_some("a rule that selects one event receives the other as well, and nothing compares their schemas");
        let reasons: Vec<&str> = replaces.into_iter().chain(mixes).collect();
        reasons.join("; ")
    }

    fn advise(&self, registered: Option<&String>, registry: Option<&str>) -> String {
        if registry.is_none() {
            return "keep the event in one workspace; if one of the two is a copy that has to stay, accept the finding with `schemactl accept`".to_owned();
        }
        let own = match (self.is_published, registered) {
            (true, None) => "give one of them its own `detail-type`",
            (true, Some(_)) => "give one of them its own `detail-type`, and rename it or set `registered-as`",
            (false, _) => "rename one of them, or set `registered-as`",
        };
        format!(
            "keep the event in one workspace, and remove its folder in the other. If they are two events, {own}. If one workspace is a copy that is never \
             pushed, give it another `name` under `[registry]`"
        )
    }

    fn places(&self) -> Vec<FindingPlace> {
        let key = if self.is_published {
            "detail-type"
        } else {
            "registered-as"
        };
        let other = self.neighbor.source_from_here(&self.other.settings_file);
        vec![
            FindingPlace::of_setting(&self.event.settings_file, key, "this event"),
            FindingPlace::of_setting(&other, key, "the event of the other workspace"),
        ]
    }
}

/// The names that the versions of an event have in the registry.
fn list_registered_names<'v>(
    (name, settings): (&EventName, &EventSettings),
    versions: impl Iterator<Item = &'v Version>,
    manifest: &Manifest,
) -> BTreeSet<String> {
    let registry = &manifest.registry;
    let types = registered_types(Some(settings), registry);
    // Without a schema for each major the name is the same for every version.
    let any = Version::new(1, 0);
    let versions: Vec<&Version> = match registry.layout {
        Layout::Event => vec![&any],
        Layout::Major => versions.collect(),
    };
    versions
        .into_iter()
        .flat_map(|version| {
            let name_of = |type_: &_| schema_name((name, Some(settings)), version, registry, *type_);
            types.iter().map(name_of).collect::<Vec<_>>()
        })
        .collect()
}

/// A place that a workspace pushes to.
struct Destination<'m> {
    environment: Option<&'m str>,
    registry: &'m str,
    account: Option<&'m str>,
    region: Option<&'m str>,
}

impl Destination<'_> {
    /// Whether both are one registry: it has the same name, and no setting puts it elsewhere. An account or region that is not set may be
    /// any, so that environments count as one only if they are called the same.
    fn is_same(&self, other: &Self) -> bool {
        let is_known = self.account.is_some() && self.region.is_some();
        let agrees = |own: Option<&str>, theirs: Option<&str>| own == theirs || own.is_none() || theirs.is_none();
        self.registry == other.registry
            && (self.environment == other.environment
                && agrees(self.account, other.account)
                && agrees(self.region, other.region)
                || is_known && self.account == other.account && self.region == other.region)
    }
}

/// Returns the registry that two workspaces push to, in words, if there is one.
fn find_shared_registry(own: &Manifest, other: &Manifest) -> Option<String> {
    let others = list_destinations(other);
    let shared = list_destinations(own)
        .into_iter()
        .find(|own| others.iter().any(|other| own.is_same(other)))?;
    let registry = shared.registry;
    Some(match shared.environment {
        Some(environment) => format!("the registry `{registry}` of `env.{environment}`"),
        None => format!("the registry `{registry}`"),
    })
}

fn list_destinations(manifest: &Manifest) -> Vec<Destination<'_>> {
    let default = Destination {
        environment: None,
        registry: &manifest.registry.name,
        account: None,
        region: None,
    };
    let environments = manifest.environments.iter().map(|(name, settings)| Destination {
        environment: Some(name),
        registry: settings.registry.as_deref().unwrap_or(&manifest.registry.name),
        account: settings.account.as_deref(),
        region: settings.region.as_deref(),
    });
    std::iter::once(default).chain(environments).collect()
}
