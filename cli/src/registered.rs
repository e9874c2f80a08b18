//! What the registry of a workspace holds, as what was released. In: the workspace, and which of its environments are asked. Out: the versions by their
//! stamps, and what the registries are called. That there is no registry is told, and is an error where something was released.

use std::collections::BTreeSet;

use schemactl_check::{CheckOptions, Inspected, check};
use schemactl_compat::default_engine;
use schemactl_model::{EventName, Version};
use schemactl_push::{
    Cache, Drift, Expected, HeldSchema, HeldVersion, PlanOptions, RepairOptions, SchemaContents, Snapshot,
    SnapshotOptions, preview_push, read_snapshot,
};
use schemactl_workspace::{LOCK_FILE, Lock, Status, Workspace};

use crate::args::AwsArgs;
use crate::context::{Context, semantics_of_workspace};
use crate::environment::{enter_environment, require_account};
use crate::problem::Problem;
use crate::remote::connect_registry;

/// What stands for the registry of the workspace, and with `:NAME` for that of an environment.
const REGISTRY: &str = "registry";

/// Which registries a base names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RegistryBase {
    /// That of the workspace; where schemactl.toml has environments, those of all.
    Workspace,
    /// That of one environment.
    Environment(String),
}

impl RegistryBase {
    /// Returns the registries that a base names; nothing if it is another kind of base.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let rest = name.strip_prefix(REGISTRY)?;
        if rest.is_empty() {
            return Some(Self::Workspace);
        }
        rest.strip_prefix(':').map(|name| Self::Environment(name.to_owned()))
    }

    /// The environments that are asked; one without a name is the registry of the workspace.
    fn environments(self, workspace: &Workspace) -> Vec<Option<String>> {
        match self {
            Self::Environment(name) => vec![Some(name)],
            Self::Workspace if workspace.manifest.environments.is_empty() => vec![None],
            Self::Workspace => workspace.manifest.environments.keys().cloned().map(Some).collect(),
        }
    }
}

/// Returns what registries hold, and what they are called. `merged` is the lock of the main branch.
///
/// # Errors
/// Fails if a registry cannot be read, or if there is none although something was released: its name is in a file that the change may have
/// edited, and nothing would be compared.
pub(crate) fn read_registered_versions(
    context: &Context,
    workspace: &Workspace,
    base: RegistryBase,
    merged: Option<&Lock>,
) -> Result<(String, Lock), Problem> {
    let mut registered = RegisteredVersions {
        workspace,
        lock: Lock::default(),
    };
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    let environments = base.environments(workspace);
    let names: Vec<String> = environments.iter().flatten().cloned().collect();
    for environment in environments {
        let mut inside = workspace.clone();
        let aws = AwsArgs {
            environment,
            ..AwsArgs::default()
        };
        let aws = enter_environment(&mut inside, &aws)?;
        let registry = inside.manifest.registry.name.clone();
        let (remote, patience) = connect_registry(context, &registry, &aws)?;
        require_account(&remote, &aws).map_err(|problem| advise_one_environment(problem, &names))?;
        let (expected, cache) = (Expected::default(), Cache::default());
        let snapshot = read_snapshot(
            &remote,
            &SnapshotOptions {
                expected: &expected,
                cache: &cache,
                full: true,
                patience: &patience,
            },
        )?;
        if !snapshot.registry_exists {
            missing.push(registry);
            continue;
        }
        found.push(registry);
        registered.add_foreign(&inside, &snapshot);
        for schema in snapshot.schemas.into_values() {
            if let SchemaContents::Versions(versions) = schema.contents {
                registered.add_registry(versions);
            }
        }
    }
    let has_releases = |lock: &Lock| lock.iter().next().is_some();
    let is_released = has_releases(&workspace.lock) || merged.is_some_and(has_releases);
    let missing_names = missing.join(", ");
    if found.is_empty() && is_released {
        return Err(Problem::usage(
            format!("the registry `{missing_names}` does not exist, and {LOCK_FILE} has released versions"),
            "correct its name in schemactl.toml, or create it with `schemactl push --create-registry`",
        ));
    }
    if !missing.is_empty() {
        let note = format!("the registry `{missing_names}` does not exist yet: nothing to compare with");
        context.console.note(&note);
    }
    Ok((format!("the registry {}", found.join(", ")), registered.lock))
}

/// Adds to the problem that an environment is another account's how to compare with one environment: credentials without a profile are of one account.
fn advise_one_environment(problem: Problem, names: &[String]) -> Problem {
    match problem {
        Problem::Usage { message, help } if names.len() > 1 => {
            let bases: Vec<_> = names
                .iter()
                .map(|name| format!("`--against registry:{name}`"))
                .collect();
            let help = format!(
                "`--against registry` reads the registries of all environments: give each one a `profile` in schemactl.toml, or compare with one of \
                 them: {}; {help}",
                bases.join(", ")
            );
            Problem::Usage { message, help }
        }
        other => other,
    }
}

/// The registry's number of a version of others that no version of ours is equal to, if it stands in one of these schemas.
fn unequal_number<'d>(drift: &'d Drift, schemas: &BTreeSet<&str>) -> Option<&'d str> {
    let (Drift::Foreign {
        schema,
        number: Some(number),
        equals: None,
    }
    | Drift::ForeignNewest {
        schema,
        number,
        equals: None,
        ..
    }) = drift
    else {
        return None;
    };
    schemas.contains(schema.as_str()).then_some(number)
}

/// What was found in the registries so far.
struct RegisteredVersions<'w> {
    workspace: &'w Workspace,
    lock: Lock,
}

impl RegisteredVersions<'_> {
    /// Adds what schemactl did not write and no version is equal to. Who adopted it is only in schemactl.lock, and a change may have taken the lock
    /// away together with an edit: a version that nothing has released counts as the one that the registry holds in its place, unless an older one
    /// was released, after which it is new.
    fn add_foreign(&mut self, workspace: &Workspace, snapshot: &Snapshot) {
        let is_foreign = |held: &HeldSchema| held.versions().iter().any(|version| version.stamp.is_none());
        if !snapshot.schemas.values().any(is_foreign) {
            return;
        }
        let engine = default_engine(semantics_of_workspace(workspace));
        let (report, _) = check(workspace, &CheckOptions::new(&engine));
        let inspected = Inspected::of(workspace, &report);
        let (options, repairs) = (PlanOptions::default(), RepairOptions::default());
        let plan = preview_push(&inspected, snapshot, String::new(), options, repairs);
        for event in workspace
            .events
            .values()
            .filter(|event| event.settings.status != Status::Draft)
        {
            let contents = event
                .versions
                .keys()
                .flat_map(|version| inspected.registered_contents(&event.name, version));
            let schemas: BTreeSet<&str> = contents.map(|content| content.schema.as_str()).collect();
            let held: Vec<_> = (schemas.iter())
                .filter_map(|name| snapshot.schemas.get(*name))
                .flat_map(HeldSchema::versions)
                .collect();
            let stamped = held.iter().filter_map(|held| held.stamp.as_ref());
            let stamped: BTreeSet<&Version> = stamped
                .filter(|stamp| stamp.event == event.name)
                .map(|stamp| &stamp.version)
                .collect();
            let is_released = |version: &&Version| {
                workspace.lock.digest(&event.name, version).is_some() || stamped.contains(*version)
            };
            let unequal = plan.drift.iter().filter_map(|drift| unequal_number(drift, &schemas));
            let digests =
                unequal.filter_map(|number| Some(held.iter().find(|held| held.number == number)?.digest.clone()));
            let digests: Vec<_> = digests.collect();
            let unreleased = event
                .versions
                .keys()
                .take_while(|version| !is_released(version))
                .collect::<Vec<_>>();
            for (version, digest) in unreleased.iter().rev().zip(digests.into_iter().rev()) {
                self.lock.record(&event.name, version, digest, None);
            }
        }
    }

    /// Adds the versions of one schema. Of what two registries have otherwise that counts which the workspace has not: it is a finding.
    fn add_registry(&mut self, versions: Vec<HeldVersion>) {
        let mut own = Lock::default();
        for stamp in versions.into_iter().filter_map(|version| version.stamp) {
            own.record(&stamp.event, &stamp.version, stamp.digest, None);
        }
        for (event, version, digest) in own.iter() {
            if !self.contradicts_workspace(event, version) {
                self.lock.record(event, version, digest.clone(), None);
            }
        }
    }

    fn contradicts_workspace(&self, event: &EventName, version: &Version) -> bool {
        let here = self.workspace.events.get(event);
        let here = here.and_then(|event| event.versions.get(version));
        let there = self.lock.digest(event, version);
        there.is_some_and(|there| here.is_none_or(|here| here.digest != *there))
    }
}
