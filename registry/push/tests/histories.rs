//! Random histories of two registries that others write too: schemas that come back, documents with faults, versions of one registry that the other never
//! had; pulled whole or in part, adopted, and pushed. What was adopted keeps its number, and no push writes it again.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use schemactl_check::{CheckOptions, Checked, check};
use schemactl_compat::default_engine;
use schemactl_model::{Digest, EventName, SchemaType, Version};
use schemactl_push::{
    Action, Cache, MemoryRemote, NewSchema, Note, Numbering, Plan, PlanOptions, Pulled, Pulling, Remote as _,
    RepairOptions, Tags, plan_push, plan_with_repairs, pull_versions,
};
use schemactl_workspace::{TargetRegistry, Workspace};
use support::{Folder, add, applied, patience, read};

const SCHEMA: &str = "shop@Order";

/// Random numbers, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

/// A schema of others: three that are valid, and one with a fault.
fn content(kind: usize) -> String {
    let property = ["a", "b", "c", "d"][kind];
    let type_ = if kind == 3 { "strin" } else { "string" };
    format!(
        r#"{{"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "properties": {{"id": {{"type": "string"}}, "{property}": {{"type": "{type_}"}}}}}}"#
    )
}

fn is_faulty(workspace: &Workspace, version: &Version) -> bool {
    let event = workspace.events.values().next().unwrap();
    event.versions[version].document.root().to_json().contains("\"strin\"")
}

/// A workspace with its lock, and two registries.
struct History {
    folder: Folder,
    registries: [MemoryRemote; 2],
    released: BTreeMap<Version, Digest>,
    own: usize,
}

impl History {
    fn new(dice: &mut Dice) -> Self {
        let registries = [MemoryRemote::new(), MemoryRemote::new()];
        for registry in &registries {
            registry.create_registry(None, &Tags::new()).unwrap();
            let schema = NewSchema {
                name: SCHEMA,
                type_: SchemaType::JsonSchemaDraft4,
                content: &content(dice.roll(3)),
                description: None,
                tags: &Tags::new(),
            };
            registry.create_schema(&schema).unwrap();
        }
        let mut folder = Folder::new("");
        let settings =
            "version = 1\n[registry]\nname = \"events\"\n[check]\nmode = \"none\"\n[env.staging]\n[env.prod]\n";
        folder.put("schemactl.toml", settings);
        Self {
            folder,
            registries,
            released: BTreeMap::new(),
            own: 0,
        }
    }

    fn load(&self, at: usize) -> Workspace {
        let mut workspace = self.folder.load();
        ["events", "prod"][at].clone_into(&mut workspace.manifest.registry.name);
        workspace.scope.registry = TargetRegistry::Environment(["staging", "prod"][at].to_owned());
        workspace
    }

    fn add(&self, at: usize, kind: usize) {
        let newest = self.registries[at].read(SCHEMA, None).unwrap().unwrap();
        if newest.content != content(kind) {
            add(&self.registries[at], SCHEMA, &content(kind));
        }
    }

    /// Pulls, and returns the numbers that are new.
    fn pull(&mut self, at: usize, newest_only: bool, case: &str) -> Vec<Version> {
        let workspace = self.load(at);
        let engine = default_engine(schemactl_compat::Semantics::default());
        let pulling = Pulling {
            registry: &workspace.manifest.registry.name,
            prefix: "",
            former_names: &BTreeMap::new(),
            find_owner: &|_| None,
            numbering: Numbering::ByChange(&engine),
            newest_only,
        };
        let pulled = pull_versions(&workspace, &pulling, &self.registries[at], &patience())
            .unwrap()
            .unwrap();
        let (mut new, mut last) = (Vec::new(), None);
        for pulled in &pulled {
            match pulled {
                Pulled::New { version, files, .. } => {
                    new.push(version.clone());
                    last = Some(version);
                    for file in files {
                        self.folder.put(file.path.to_str().unwrap(), &file.text);
                    }
                }
                Pulled::Same { version, .. } => {
                    last = Some(version);
                    let is_settled = self.released.contains_key(version);
                    assert!(new.is_empty() || !is_settled, "{case}: {new:?} below {version}");
                }
                Pulled::Different { .. } | Pulled::Lost { .. } => panic!("{case}: {pulled:?}"),
                _ => {}
            }
        }
        assert!(new.iter().all(|version| Some(version) <= last), "{case}: {pulled:?}");
        new
    }

    /// Removes a file that is not released, as somebody does who wants to leave its version out, and those with faults.
    fn remove_unreleased(&mut self, dice: &mut Dice) {
        let workspace = self.load(0);
        let Some(event) = workspace.events.values().next() else {
            return;
        };
        let is_open = |version: &&Version| !self.released.contains_key(version);
        let open: Vec<Version> = event.versions.keys().filter(is_open).cloned().collect();
        let chosen = if open.is_empty() {
            None
        } else {
            open.get(dice.roll(open.len()))
        };
        for version in open
            .iter()
            .filter(|version| Some(*version) == chosen || is_faulty(&workspace, version))
        {
            self.folder.remove(&format!("schemas/{}/{version}.json", event.name));
        }
    }

    /// Releases a version of ours above all others.
    fn release(&mut self) {
        let workspace = self.load(0);
        let Some(event) = workspace.events.values().next() else {
            return;
        };
        let Some((newest, file)) = event.versions.last_key_value() else {
            return;
        };
        let next = Version::new(newest.major(), newest.minor() + 1);
        self.own += 1;
        let added = format!("\"properties\":{{\"own{}\":{{\"type\":\"string\"}},", self.own);
        let text = file.document.root().to_json().replacen("\"properties\":{", &added, 1);
        self.folder.put(&format!("schemas/{}/{next}.json", event.name), &text);
    }

    /// Takes the event from production, or lets it back in.
    fn toggle_environments(&mut self) -> usize {
        let workspace = self.load(0);
        let Some(event) = workspace.events.values().next() else {
            return 0;
        };
        let limit = "environments = [\"staging\"]\n";
        let text = event.settings_file.text();
        let text = text
            .strip_prefix(limit)
            .map_or_else(|| format!("{limit}{text}"), str::to_owned);
        self.folder.put(event.settings_file.path(), &text);
        1
    }

    /// Returns whether the event is not for a registry.
    fn is_elsewhere(&self, at: usize) -> bool {
        !plan_all(&self.load(at), &self.registries[at]).is_none_or(|plan| plan.elsewhere.is_empty())
    }

    /// Somebody deletes an adopted version below the newest one. The next plan names it.
    fn delete_adopted(&mut self, dice: &mut Dice, at: usize, case: &str) -> usize {
        let workspace = self.load(at);
        let Some(before) = plan_all(&workspace, &self.registries[at]) else {
            return 0;
        };
        let mut numbers = self.registries[at].numbers(SCHEMA, None).unwrap().items;
        numbers.sort_by_key(|number| number.parse::<u64>().unwrap());
        let newest = numbers.pop();
        if numbers.is_empty() || newest.is_none() {
            return 0;
        }
        let number = numbers[dice.roll(numbers.len())].clone();
        self.registries[at].delete_version(SCHEMA, &number).unwrap();
        let after = plan_all(&workspace, &self.registries[at]).unwrap();
        let is_new = |skipped: &&(EventName, Version)| before.unchanged.contains(skipped);
        for (event, version) in after.skipped.iter().filter(is_new) {
            let names = |note: &Note| matches!(note, Note::Deleted { version: own, numbers, .. } if own == version && numbers.contains(&number));
            assert!(
                after.notes.iter().any(names),
                "{case}: {event}@{version}, number {number}: {:?}",
                after.notes
            );
        }
        after.skipped.iter().filter(is_new).count()
    }

    /// Pushes some versions. Nothing else is written, but the registered newest version once more.
    fn push_some(&mut self, dice: &mut Dice, at: usize, case: &str) -> usize {
        let mut workspace = self.load(at);
        let versions = workspace.events.values().flat_map(|event| {
            let versions = event.versions.keys();
            versions.map(|version| (event.name.clone(), version.clone()))
        });
        let selected: BTreeSet<_> = versions.filter(|_| dice.roll(3) > 0).collect();
        let Some(all) = plan_all(&workspace, &self.registries[at]) else {
            return 0;
        };
        workspace.scope.selected = Some(selected.clone());
        let Some(plan) = plan_all(&workspace, &self.registries[at]) else {
            return 0;
        };
        for known in plan.unchanged.iter().chain(&plan.held_back).chain(&plan.skipped) {
            assert!(selected.contains(known), "{case}: {known:?} is not selected");
        }
        let written = plan.actions.iter().filter_map(Action::version);
        for (event, version) in written {
            let is_selected = selected.contains(&(event.clone(), version.clone()));
            let is_there = all.unchanged.contains(&(event.clone(), version.clone()));
            assert!(is_selected || is_there, "{case}: {version} is written and not selected");
        }
        self.record(&workspace, &plan, at, case)
    }

    /// Adopts, or pushes. Returns what was written: nothing where `check` finds errors.
    fn push(&mut self, at: usize, adopt: bool, case: &str) -> usize {
        let workspace = self.load(at);
        if workspace.events.is_empty() {
            return 0;
        }
        let engine = default_engine(schemactl_compat::Semantics::default());
        let (_, checked) = check(&workspace, &CheckOptions::new(&engine));
        let Some(checked) = checked else { return 0 };
        let plan = self.plan(&checked, at, adopt);
        self.record(&workspace, &plan, at, case)
    }

    /// Makes the writes of a plan, and records what is released then.
    fn record(&mut self, workspace: &Workspace, plan: &Plan, at: usize, case: &str) -> usize {
        let outcome = applied(plan, &self.registries[at]);
        let mut lock = workspace.lock.clone();
        for (event, version) in &plan.adopted {
            lock.adopt(event, version);
        }
        let written = outcome.done.iter().filter_map(|done| done.action.version());
        let held = plan.unchanged.iter().map(|(event, version)| (event, version));
        for (event, version) in written.chain(held) {
            assert_new(workspace, plan, (event, version), case);
            let digest = workspace.events[event].versions[version].digest.clone();
            lock.record(event, version, digest, None);
        }
        for (_, version, digest) in lock.iter() {
            let known = self.released.entry(version.clone()).or_insert_with(|| digest.clone());
            assert_eq!(known, digest, "{case}: {version} is another schema");
        }
        self.folder.put("schemactl.lock", &lock.to_text());
        outcome.done.len()
    }

    fn plan(&self, checked: &Checked<'_>, at: usize, adopt: bool) -> Plan {
        let snapshot = read(checked, &self.registries[at], &Cache::default(), true);
        let repairs = RepairOptions { repair: false, adopt };
        plan_with_repairs(
            checked,
            &snapshot,
            "a remote".to_owned(),
            PlanOptions::default(),
            repairs,
        )
    }
}

/// The plan of a push. `None` where `check` finds errors.
fn plan_all(workspace: &Workspace, registry: &MemoryRemote) -> Option<Plan> {
    let engine = default_engine(schemactl_compat::Semantics::default());
    let (_, checked) = check(workspace, &CheckOptions::new(&engine));
    let checked = checked?;
    let snapshot = read(&checked, registry, &Cache::default(), true);
    let name = "a remote".to_owned();
    Some(plan_push(&checked, &snapshot, name, PlanOptions::default()))
}

/// What was adopted is written to no registry that holds any of it, but as the newest version once more above what it needs.
fn assert_new(workspace: &Workspace, plan: &Plan, (event, version): (&EventName, &Version), case: &str) {
    let writes: Vec<&Action> = plan
        .actions
        .iter()
        .filter(|action| action.version() == Some((event, version)))
        .collect();
    let newest = workspace.events[event].versions.keys().last();
    let is_newest = newest == Some(version);
    let is_above = |known: &(EventName, Version)| known.1 > *version;
    let stands_below = plan.unchanged.iter().any(is_above);
    assert!(
        writes.is_empty() || !workspace.lock.is_adopted(event, version) || is_newest || !stands_below,
        "{case}: {version} is adopted and written below a newer one: {plan:#?}"
    );
}

/// 250 histories of twenty steps.
#[test]
fn what_was_adopted_keeps_its_number_in_every_history() {
    let mut dice = Dice(0x5eed_1234_5678_9abc);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for history in 0..250 {
        let mut state = History::new(&mut dice);
        for step in 0..20 {
            let (at, case) = (dice.roll(2), format!("history {history}, step {step}"));
            let (name, count) = match dice.roll(11) {
                0 | 1 => {
                    state.add(at, dice.roll(4));
                    ("added", 1)
                }
                2 => ("pulled newest", state.pull(at, true, &case).len()),
                3 | 4 => ("pulled", state.pull(at, false, &case).len()),
                5 => {
                    state.remove_unreleased(&mut dice);
                    ("removed", 1)
                }
                6 => {
                    let before = state.registries[at].writes();
                    state.push(at, true, &case);
                    assert_eq!(state.registries[at].writes(), before, "{case}");
                    // What was adopted is settled: the same registry brings nothing new below it, however often it is pulled.
                    let first = state.pull(at, false, &case);
                    assert_eq!(state.pull(at, false, &case), [], "{case}: after {first:?}");
                    ("adopted", 1)
                }
                7 => {
                    if dice.roll(2) == 0 {
                        state.release();
                    }
                    ("partially written", state.push_some(&mut dice, at, &case))
                }
                8 => {
                    // What is adopted first can be missed.
                    state.push(at, true, &case);
                    ("named as deleted", state.delete_adopted(&mut dice, at, &case))
                }
                9 => {
                    let toggled = state.toggle_environments();
                    let is_elsewhere = state.is_elsewhere(1);
                    if is_elsewhere {
                        let writes = state.registries[1].writes();
                        assert_eq!(
                            (state.pull(1, false, &case), state.push(1, false, &case)),
                            (Vec::new(), 0),
                            "{case}"
                        );
                        assert_eq!(state.registries[1].writes(), writes, "{case}");
                    }
                    // It is let back in, more often than not.
                    let back = if is_elsewhere && dice.roll(4) > 0 {
                        state.toggle_environments()
                    } else {
                        0
                    };
                    ("of some environments", toggled + back)
                }
                _ => {
                    if dice.roll(2) == 0 {
                        state.release();
                    }
                    ("written", state.push(at, false, &case))
                }
            };
            *counts.entry(name).or_default() += count;
        }
        *counts.entry("released").or_default() += state.released.len();
    }
    println!("{counts:?}");
    assert!(counts.values().all(|count| *count > 40), "{counts:?}");
}
