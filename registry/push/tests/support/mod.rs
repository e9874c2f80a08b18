//! Workspaces made of a few lines, and what a push makes of them.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use schemactl_check::{CheckOptions, Checked, check};
use schemactl_compat::default_engine;
use schemactl_model::{EventName, SchemaType, Version};
use schemactl_push::{
    Applying, Cache, Expected, MemoryRemote, NewVersion, Numbering, Outcome, Patience, Plan, PlanOptions, Pulled,
    Pulling, Remote, RemoteError, Snapshot, SnapshotOptions, apply_plan, plan_push, pull_versions, read_snapshot,
};
use schemactl_workspace::{FileMap, Workspace};

pub(crate) const PLAIN: PlanOptions = PlanOptions {
    deletes: false,
    refresh_tags: false,
};
pub(crate) const DELETES: PlanOptions = PlanOptions {
    deletes: true,
    refresh_tags: false,
};

/// Somebody else adds a version.
pub(crate) fn add(remote: &MemoryRemote, schema: &str, content: &str) {
    let version = NewVersion {
        schema,
        type_: SchemaType::JsonSchemaDraft4,
        content,
        token: content,
    };
    remote.add_version(&version).unwrap();
}

/// The files of a workspace.
pub(crate) struct Folder {
    files: FileMap,
    past_releases: BTreeSet<(EventName, Version)>,
}

impl Folder {
    /// `registry`: lines of the table of that name.
    pub(crate) fn new(registry: &str) -> Self {
        let text = format!("version = 1\n[registry]\nname = \"events\"\n{registry}\n[check]\nmode = \"none\"\n");
        // An empty folder is none.
        let files = FileMap::from_iter([("schemactl.toml", text.as_str()), ("schemas/README.md", "")]);
        Self {
            files,
            past_releases: BTreeSet::new(),
        }
    }

    /// An earlier commit has released a version of `shop/NAME`.
    pub(crate) fn once_released(mut self, name: &str, version: &str) -> Self {
        let event: EventName = format!("shop/{name}").parse().unwrap();
        self.past_releases.insert((event, version.parse().unwrap()));
        self
    }

    /// Puts a file that a pull has made.
    pub(crate) fn put(&mut self, path: &str, content: &str) {
        self.files.insert(path, content);
    }

    /// Removes a file.
    pub(crate) fn remove(&mut self, path: &str) {
        self.files.remove(path);
    }

    /// Writes a version of `shop/NAME` whose schema has that many properties.
    pub(crate) fn version(self, name: &str, version: &str, properties: usize) -> Self {
        let members: Vec<_> = (0..properties)
            .map(|index| format!(r#""p{index}": {{"type": "string"}}"#))
            .collect();
        let schema = format!(
            r#"{{"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "properties": {{{}}}}}"#,
            members.join(", ")
        );
        self.schema(name, version, &schema)
    }

    pub(crate) fn schema(mut self, name: &str, version: &str, schema: &str) -> Self {
        let event = format!("schemas/shop/{name}");
        let settings = format!("source = \"shop\"\ndetail-type = \"{name}\"\n");
        self.files.insert(format!("{event}/event.toml"), settings);
        self.files.insert(format!("{event}/{version}.json"), schema);
        self
    }

    pub(crate) fn without(mut self, path: &str) -> Self {
        self.files.remove(&format!("schemas/shop/{path}"));
        self
    }

    pub(crate) fn load(&self) -> Workspace {
        let loaded = Workspace::from_files(&self.files).unwrap_or_else(|errors| panic!("{errors:?}"));
        Workspace {
            past_releases: self.past_releases.clone(),
            ..loaded
        }
    }
}

/// Patience that a test has.
pub(crate) fn patience() -> Patience {
    Patience {
        attempts: 5,
        first_wait: Duration::from_micros(10),
        longest_wait: Duration::from_micros(100),
        timeout: Duration::from_secs(20),
        attempt: Duration::from_secs(1),
        rate: None,
    }
}

/// Does something with the checked workspace.
pub(crate) fn checked<T>(workspace: &Workspace, then: impl FnOnce(&Checked<'_>) -> T) -> T {
    let engine = default_engine(schemactl_compat::Semantics::default());
    let (report, checked) = check(workspace, &CheckOptions::new(&engine));
    then(&checked.unwrap_or_else(|| panic!("{:#?}", report.findings)))
}

pub(crate) fn read(checked: &Checked<'_>, remote: &dyn Remote, cache: &Cache, full: bool) -> Snapshot {
    let reading = SnapshotOptions {
        expected: &Expected::of(checked),
        cache,
        full,
        patience: &patience(),
    };
    read_snapshot(remote, &reading).unwrap()
}

/// The plan of a workspace, with everything read.
pub(crate) fn planned(folder: &Folder, remote: &dyn Remote, options: PlanOptions) -> Plan {
    let workspace = folder.load();
    checked(&workspace, |checked| {
        let snapshot = read(checked, remote, &Cache::default(), true);
        plan_push(checked, &snapshot, remote.describe(), options)
    })
}

pub(crate) fn applied(plan: &Plan, remote: &dyn Remote) -> Outcome {
    apply_plan(
        plan,
        remote,
        &Applying {
            patience: &patience(),
            stop: &AtomicBool::new(false),
            progress: &(),
        },
    )
}

/// Plans and applies, and holds the outcome to be whole.
pub(crate) fn pushed(folder: &Folder, remote: &dyn Remote, options: PlanOptions) -> Outcome {
    let plan = planned(folder, remote, options);
    assert_eq!(plan.full, [], "there is room");
    let outcome = applied(&plan, remote);
    assert_eq!(outcome.failed, [], "{plan:#?}");
    assert_eq!(outcome.not_tried, []);
    outcome
}

/// Number and version of what a schema holds, oldest first.
pub(crate) fn held(remote: &dyn Remote, schema: &str) -> Vec<String> {
    let mut numbers = remote.numbers(schema, None).unwrap().items;
    numbers.sort_by_key(|number| number.parse::<u64>().unwrap());
    let versions = numbers.into_iter().map(|number| {
        let read = remote.read(schema, Some(&number)).unwrap().unwrap();
        let stamp = schemactl_check::Stamp::read(&read.content);
        let ours = stamp.map_or("foreign".to_owned(), |stamp| stamp.version.to_string());
        format!("{number}={ours}")
    });
    versions.collect()
}

/// What becomes of every version of the schemas whose names begin with `prefix`, each a major that nobody has numbered.
pub(crate) fn pull_registry(
    workspace: &Workspace,
    registry: &str,
    prefix: &str,
    remote: &dyn Remote,
    patience: &Patience,
) -> Result<Option<Vec<Pulled>>, RemoteError> {
    let engine = default_engine(schemactl_compat::Semantics::default());
    let pulling = Pulling {
        registry,
        prefix,
        former_names: &BTreeMap::new(),
        find_owner: &|_| None,
        numbering: Numbering::Majors(&engine),
        newest_only: false,
    };
    pull_versions(workspace, &pulling, remote, patience)
}
