//! Random histories of two registries that others write too: schemas that come back, documents with faults, versions of one registry that the other never
//! had; pulled whole or in part, adopted, and pushed. What was adopted keeps its number, and no push writes it again.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;

use schemactl_check::{CheckOptions, Checked, check};
use schemactl_compat::default_engine;
use schemactl_model::{Digest, EventName, SchemaType, Version};
use schemactl_push::{
    Action, Cache, MemoryRemote, NewSchema, Numbering, Plan, PlanOptions, Pulled, Pulling, Remote as _, RepairOptions,
    Tags, plan_with_repairs, pull_versions,
};
use schemactl_workspace::Workspace;
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
        Self {
            folder: Folder::new(""),
            registries,
            released: BTreeMap::new(),
            own: 0,
        }
    }

    fn load(&self, at: usize) -> Workspace {
        let mut workspace = self.folder.load();
        ["events", "prod"][at].clone_into(&mut workspace.manifest.registry.name);
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
        let outcome = applied(&plan, &self.registries[at]);
        let mut lock = workspace.lock.clone();
        for (event, version) in &plan.adopted {
            lock.adopt(event, version);
        }
        let written = outcome.done.iter().filter_map(|done| done.action.version());
        let held = plan.unchanged.iter().map(|(event, version)| (event, version));
        for (event, version) in written.chain(held) {
            assert_new(&workspace, &plan, (event, version), case);
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

/// 400 histories of twelve steps.
#[test]
fn what_was_adopted_keeps_its_number_in_every_history() {
    let mut dice = Dice(0x5eed_1234_5678_9abc);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for history in 0..400 {
        let mut state = History::new(&mut dice);
        for step in 0..12 {
            let (at, case) = (dice.roll(2), format!("history {history}, step {step}"));
            let (name, count) = match dice.roll(8) {
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
    assert!(counts.values().all(|count| *count > 60), "{counts:?}");
}
