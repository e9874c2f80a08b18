//! Random histories of a repository: branches that add, edit, rename, delete, release, merge, rebase, cherry-pick and revert. Whatever
//! they do, a branch that `check --against main` lets pass changes nothing that main has released. `SCHEMACTL_HISTORIES=10000` runs as
//! many; the counts of each kind of operation are printed.

#![allow(clippy::unwrap_used)]

mod operations;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use schemactl_tests::{RandomNumbers, ToldRecords, binary, clean_command, names_in};
use serde_json::{Value, json};

/// After how many histories a long run prints its counts.
const PROGRESS: u64 = 500;

/// Histories that run where nobody asks for more: about half a minute.
const FEW: u64 = 25;

/// Operations of a history.
const LENGTH: u64 = 14;

/// A released version of an event.
#[derive(Clone, Debug, PartialEq)]
struct Version {
    /// The lines of event.toml that say source, detail-type and version field.
    identity: Vec<String>,
    /// Those that make the gate ask less of the event.
    weaker: Vec<String>,
    schema: Value,
}

impl Version {
    /// Whether another state of it means the same, and is held to no less.
    fn is_kept_by(&self, now: &Self) -> bool {
        self.identity == now.identity
            && self.schema == now.schema
            && now.weaker.iter().all(|line| self.weaker.contains(line))
    }
}

/// What main has released, by event and version.
type Released = BTreeMap<(String, String), Version>;

type Counts = BTreeMap<&'static str, usize>;

type Operation = fn(&mut Repository);

struct Repository {
    folder: tempfile::TempDir,
    random: RandomNumbers,
    branches: Vec<&'static str>,
    released: Released,
    /// What checks have said of retired, moved and corrected versions that were merged.
    told: ToldRecords,
    /// What was done, to be read when something is wrong.
    log: Vec<String>,
}

impl Repository {
    fn new(seed: u64) -> Self {
        let repository = Self {
            folder: tempfile::tempdir().unwrap(),
            random: RandomNumbers(seed),
            branches: vec!["one", "two", "three"],
            released: Released::new(),
            told: ToldRecords::default(),
            log: vec![format!("seed {seed}")],
        };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        let settings = "version = 1\n[registry]\nname = \"shop\"\n[check]\nmode = \"full-transitive\"\n";
        fs::write(repository.path("schemactl.toml"), settings).unwrap();
        fs::write(repository.path(".gitattributes"), "schemactl.lock merge=union\n").unwrap();
        repository.write_event("Placed", "1.0", &[]);
        repository.write_event("Paid", "1.0", &[]);
        repository.release();
        repository.commit("first");
        for branch in &repository.branches {
            repository.git(&["branch", branch]);
        }
        let mut repository = repository;
        repository.learn();
        repository
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn git(&self, arguments: &[&str]) -> Output {
        let mut git: Command = clean_command(Path::new("git"));
        git.current_dir(self.folder.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_EDITOR", "true")
            .args(["-c", "user.name=test", "-c", "user.email=test@example.com"])
            .args(["-c", "commit.gpgsign=false", "-c", "gc.auto=0", "-c", "core.fsync=none"])
            .args(["-c", "advice.detachedHead=false", "-c", "rerere.enabled=false"])
            .args(arguments);
        git.output().unwrap()
    }

    fn does(&self, arguments: &[&str]) -> bool {
        self.git(arguments).status.success()
    }

    fn check(&self, arguments: &[&str]) -> Output {
        let mut check = clean_command(&binary());
        check.current_dir(self.folder.path()).arg("check").args(arguments);
        check.output().unwrap()
    }

    fn release(&self) {
        self.check(&["--release", "--quiet"]);
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    fn write_event(&self, name: &str, version: &str, optional: &[String]) {
        let folder = self.path(&format!("schemas/shop/{name}"));
        fs::create_dir_all(&folder).unwrap();
        if !folder.join("event.toml").exists() {
            let settings = format!("source = \"shop\"\ndetail-type = \"{name}\"\n");
            fs::write(folder.join("event.toml"), settings).unwrap();
        }
        let mut properties = json!({"id": {"type": "string"}});
        for name in optional {
            properties[name] = json!({"type": "string"});
        }
        let schema = json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "properties": properties,
            "required": ["id"],
        });
        let text = serde_json::to_string_pretty(&schema).unwrap();
        fs::write(folder.join(format!("{version}.json")), text).unwrap();
    }

    /// The events of the work tree, with their versions.
    fn events(&self) -> Vec<(String, Vec<String>)> {
        let events = names_in(&self.path("schemas/shop")).into_iter();
        let with_versions = events.map(|event| {
            let files = names_in(&self.path(&format!("schemas/shop/{event}"))).into_iter();
            let versions = files.filter_map(|file| Some(file.strip_suffix(".json")?.to_owned()));
            (event, versions.collect())
        });
        with_versions.collect()
    }

    /// What the work tree releases: what the lock says, and every version of an event that is no draft.
    fn now(&self) -> Released {
        let lock = fs::read_to_string(self.path("schemactl.lock")).unwrap_or_default();
        let mut released = Released::new();
        for (event, versions) in self.events() {
            let folder = self.path(&format!("schemas/shop/{event}"));
            let settings = fs::read_to_string(folder.join("event.toml")).unwrap_or_default();
            let lines_of = |keys: &[&str]| -> Vec<String> {
                let lines = settings.lines();
                lines
                    .filter(|line| keys.iter().any(|key| line.starts_with(key)))
                    .map(str::to_owned)
                    .collect()
            };
            let identity = lines_of(&["source", "detail-type", "version-field"]);
            let weaker = lines_of(&["status", "mode", "policy"]);
            let is_draft = settings.contains("draft") && !lock.contains(&format!("\"shop/{event}\""));
            for version in versions.into_iter().filter(|_| !is_draft) {
                let text = fs::read_to_string(folder.join(format!("{version}.json"))).unwrap();
                let schema = serde_json::from_str(&text).unwrap_or(Value::Null);
                let version_of_event = Version {
                    identity: identity.clone(),
                    weaker: weaker.clone(),
                    schema,
                };
                released.insert((event.clone(), version), version_of_event);
            }
        }
        released
    }

    /// Main has moved: what it releases now stays from now on, and so does all that it asks.
    fn learn(&mut self) {
        for (key, value) in self.now() {
            let corrected = self.told.is_corrected(&key);
            let known = self.released.entry(key).or_insert_with(|| value.clone());
            if corrected {
                known.schema.clone_from(&value.schema);
            }
            known.weaker = value.weaker;
        }
        self.learn_corrections_under_later_names();
        self.told.forget_corrections();
    }

    /// What was corrected and then moved, in one merge, is from now on what stands under its later name.
    fn learn_corrections_under_later_names(&mut self) {
        let now = self.now();
        for (key, known) in &mut self.released {
            let learn = |later: &(String, String), corrected| {
                let there = now.get(later);
                if let Some(there) = there.filter(|_| corrected) {
                    known.schema.clone_from(&there.schema);
                }
                there.is_some()
            };
            self.told.explains_absence(key, learn);
        }
    }

    /// What main has released and is not what it was.
    fn broken(&self) -> Vec<String> {
        let now = self.now();
        let is_kept = |key: &(String, String), value: &Version| match now.get(key) {
            Some(now) => self.told.is_corrected(key) || value.is_kept_by(now),
            // A branch can correct a version, before it moves it and after.
            None => self.told.explains_absence(key, |moved, corrected| {
                now.get(moved)
                    .is_some_and(|now| corrected || now.schema == value.schema)
            }),
        };
        let differing = self.released.iter().filter(|(key, value)| !is_kept(key, value));
        differing
            .map(|(key, value)| format!("{key:?} was {value:?} and is {:?}", now.get(key)))
            .collect()
    }

    /// What is published in the place of an event that checks have told to be retired as a whole.
    fn reused(&self) -> Vec<String> {
        let now = self.now();
        let events: BTreeSet<&String> = self.released.keys().map(|(event, _)| event).collect();
        let is_over = |event: &&&String| {
            let mut own = self.released.keys().filter(|(name, _)| name == **event);
            own.all(|key| self.told.is_retired(key))
        };
        let over = events.iter().filter(is_over);
        let found = over.flat_map(|over| {
            let mut own = self.released.iter().filter(|((name, _), _)| name == *over);
            let identity = own.next().map(|(_, version)| version.identity.clone());
            let in_its_place = now.iter().filter(move |((name, version), value)| {
                let is_continued = name == *over && !self.told.is_retired(&(name.clone(), version.clone()));
                let has_moved = self
                    .told
                    .explains_absence(&((*over).clone(), version.clone()), |key, _| key.0 == *name);
                is_continued || (name != *over && !has_moved && Some(&value.identity) == identity.as_ref())
            });
            in_its_place.map(move |(key, _)| format!("{key:?} in the place of {over}"))
        });
        found.collect()
    }

    fn on_a_branch(&mut self) -> &'static str {
        let branch = *self.random.pick(&self.branches.clone()).unwrap();
        self.git(&["checkout", "--quiet", "--force", branch]);
        branch
    }

    fn some_event(&mut self) -> Option<(String, Vec<String>)> {
        let events = self.events();
        self.random.pick(&events).cloned()
    }

    /// One random operation, and what it is called.
    fn step(&mut self) -> &'static str {
        let branch = self.on_a_branch();
        let operations: [(&str, Operation); 28] = [
            ("add an event", Self::add),
            ("a version", Self::version),
            ("a version", Self::version),
            ("release", Self::released_version),
            ("release", Self::released_version),
            ("edit a version", Self::edit),
            ("change an identity", Self::identity),
            ("rename an event", Self::rename),
            ("delete an event", Self::delete),
            ("delete a version", Self::delete_version),
            ("ask less", Self::weaken),
            ("retire", Self::retire),
            ("move", |own| own.decide("move")),
            ("hotfix", Self::hotfix),
            ("take a retirement back", |own| own.take_back("retired")),
            ("take a retirement back", |own| own.take_back("retired")),
            ("take a move back", |own| own.take_back("moved")),
            ("reuse an identity", Self::reuse_identity),
            ("copy a record", Self::copy_record),
            ("delete the lock", Self::delete_lock),
            ("write the lock again", Self::rewrite_lock),
            ("merge main, ours", |own| own.merge(&["-X", "ours"])),
            ("merge main, theirs", |own| own.merge(&["-X", "theirs"])),
            ("merge main, ours whole", |own| own.merge(&["-s", "ours"])),
            ("merge main, checkout ours", Self::merge_and_keep_ours),
            ("rebase", Self::rebase),
            ("cherry-pick", Self::cherry_pick),
            ("revert", Self::revert),
        ];
        let (name, operation) = operations[self.random.below(operations.len())];
        self.log.push(format!("on {branch}: {name}"));
        operation(self);
        self.commit(name);
        name
    }

    /// A branch that the gate lets pass is merged, as a person would: by a merge or a squash. Returns whether it was.
    fn gate(&mut self) -> &'static str {
        let branch = self.on_a_branch();
        let output = self.check(&["--against", "main", "--quiet"]);
        if !output.status.success() {
            // A branch that is refused for ever would teach nothing more.
            self.log
                .push(format!("{branch} is refused, and begins again from main"));
            self.git(&["checkout", "--quiet", "--force", "-B", branch, "main"]);
            return "refused";
        }
        self.git(&["checkout", "--quiet", "--force", "main"]);
        let how = ["--no-ff", "--squash"][self.random.below(2)];
        if !self.does(&["merge", "--quiet", "--no-edit", how, branch]) {
            self.git(&["reset", "--quiet", "--hard"]);
            return "in conflict";
        }
        self.commit("merged");
        self.log.push(format!("{branch} is merged into main with {how}"));
        self.told.read(&String::from_utf8_lossy(&output.stdout));
        let broken = [self.broken(), self.reused()].concat();
        assert!(broken.is_empty(), "{broken:#?}\n{}", self.log.join("\n"));
        self.learn();
        "merged"
    }
}

fn history(seed: u64, counts: &mut Counts) {
    let mut repository = Repository::new(seed);
    for _ in 0..LENGTH {
        let what = match repository.random.below(4) {
            0 => repository.gate(),
            _ => repository.step(),
        };
        *counts.entry(what).or_default() += 1;
    }
    *counts.entry(repository.gate()).or_default() += 1;
}

#[test]
fn no_history_changes_what_main_has_released() {
    let asked = std::env::var("SCHEMACTL_HISTORIES")
        .ok()
        .and_then(|text| text.parse().ok());
    let first: u64 = std::env::var("SCHEMACTL_HISTORIES_FROM")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    let mut counts = Counts::new();
    for seed in first..first + asked.unwrap_or(FEW) {
        history(seed, &mut counts);
        // A run of hours tells what it has done, also where something else ends it.
        if (seed + 1 - first).is_multiple_of(PROGRESS) {
            println!("{} histories: {counts:?}", seed + 1 - first);
        }
    }
    println!("{counts:#?}");
    // A gate that lets nothing pass would keep every promise.
    assert!(counts["merged"] > 0 && counts["refused"] > 0, "{counts:?}");
}
