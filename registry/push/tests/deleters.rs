//! Somebody who deletes while a push writes: a version, a schema, or a schema that is made anew. The deletion is made before each call of the push,
//! from the first that reads to the last: whatever the push then ends with, it is not 0 unless the registry holds everything.
#![allow(clippy::unwrap_used)]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};

use schemactl_check::Checked;
use schemactl_model::SchemaType;
use schemactl_push::{
    Cache, ListPage, MemoryRemote, NewSchema, NewVersion, Plan, PushEnd, Remote, RemoteError, RemoteSchema,
    RemoteVersion, Tags, WriteResult, plan_push,
};
use support::{Folder, PLAIN, add, applied, checked, pushed, read};

const SCHEMA: &str = "shop@A";

/// What is done to the registry.
type Meddling = fn(&MemoryRemote);

/// A registry to which something is done before the call of an index.
struct Meddled<'m> {
    inner: &'m MemoryRemote,
    at: usize,
    meddling: Meddling,
    calls: AtomicUsize,
}

impl Meddled<'_> {
    fn call<T>(&self, call: impl FnOnce(&MemoryRemote) -> T) -> T {
        if self.calls.fetch_add(1, Ordering::SeqCst) == self.at {
            (self.meddling)(self.inner);
        }
        call(self.inner)
    }
}

impl Remote for Meddled<'_> {
    fn describe(&self) -> String {
        self.inner.describe()
    }

    fn registry_exists(&self) -> Result<bool, RemoteError> {
        self.call(Remote::registry_exists)
    }

    fn schemas(&self, page: Option<&str>) -> Result<ListPage<RemoteSchema>, RemoteError> {
        self.call(|inner| inner.schemas(page))
    }

    fn numbers(&self, schema: &str, page: Option<&str>) -> Result<ListPage<String>, RemoteError> {
        self.call(|inner| inner.numbers(schema, page))
    }

    fn read(&self, schema: &str, number: Option<&str>) -> Result<Option<RemoteVersion>, RemoteError> {
        self.call(|inner| inner.read(schema, number))
    }

    fn create_registry(&self, description: Option<&str>, tags: &Tags) -> Result<(), RemoteError> {
        self.call(|inner| inner.create_registry(description, tags))
    }

    fn create_schema(&self, schema: &NewSchema<'_>) -> Result<WriteResult, RemoteError> {
        self.call(|inner| inner.create_schema(schema))
    }

    fn add_version(&self, version: &NewVersion<'_>) -> Result<WriteResult, RemoteError> {
        self.call(|inner| inner.add_version(version))
    }

    fn tag(&self, arn: &str, tags: &Tags) -> Result<(), RemoteError> {
        self.call(|inner| inner.tag(arn, tags))
    }

    fn delete_version(&self, schema: &str, number: &str) -> Result<(), RemoteError> {
        self.call(|inner| inner.delete_version(schema, number))
    }

    fn delete_schema(&self, schema: &str) -> Result<(), RemoteError> {
        self.call(|inner| inner.delete_schema(schema))
    }
}

/// A schema that somebody makes anew, with that many versions. What is not there cannot be deleted.
fn make_anew(remote: &MemoryRemote, versions: usize) {
    let _ = remote.delete_schema(SCHEMA);
    let contents: Vec<_> = (0..versions)
        .map(|index| format!("{{\"title\": \"{index}\"}}"))
        .collect();
    let Some((first, rest)) = contents.split_first() else {
        return;
    };
    let schema = NewSchema {
        name: SCHEMA,
        type_: SchemaType::JsonSchemaDraft4,
        content: first,
        description: None,
        tags: &Tags::new(),
    };
    remote.create_schema(&schema).unwrap();
    for content in rest {
        add(remote, SCHEMA, content);
    }
}

const MEDDLINGS: [(&str, Meddling); 8] = [
    ("deletes version 1", |remote| drop(remote.delete_version(SCHEMA, "1"))),
    ("deletes version 2", |remote| drop(remote.delete_version(SCHEMA, "2"))),
    ("deletes version 3", |remote| drop(remote.delete_version(SCHEMA, "3"))),
    ("deletes the schema", |remote| make_anew(remote, 0)),
    ("makes the schema anew", |remote| make_anew(remote, 1)),
    ("makes the schema anew with 2", |remote| make_anew(remote, 2)),
    ("makes the schema anew with 3", |remote| make_anew(remote, 3)),
    ("makes the schema anew with 4", |remote| make_anew(remote, 4)),
];

fn plan_now(checked: &Checked<'_>, remote: &dyn Remote) -> Plan {
    let snapshot = read(checked, remote, &Cache::default(), true);
    plan_push(checked, &snapshot, remote.describe(), PLAIN)
}

/// A push as the command makes it, and how it ends.
fn push(checked: &Checked<'_>, remote: &dyn Remote) -> PushEnd {
    let plan = plan_now(checked, remote);
    let outcome = applied(&plan, remote);
    let after = outcome.has_concurrent_writes().then(|| plan_now(checked, remote));
    outcome.end(&plan, after.as_ref())
}

#[test]
fn a_push_that_ends_with_0_has_lost_nothing_to_a_deletion() {
    let mut seen = 0;
    // One version is added, two are, and the schema is new.
    for before in [2, 1, 0] {
        let versions = |count: usize| {
            let add = |folder: Folder, index| folder.version("A", &format!("1.{index}"), index + 1);
            (0..count).fold(Folder::new(""), add)
        };
        let workspace = versions(3).load();
        checked(&workspace, |checked| {
            for (what, meddling) in MEDDLINGS {
                for at in 0.. {
                    let memory = MemoryRemote::new();
                    pushed(&versions(before).version("B", "1.0", 1), &memory, PLAIN);
                    let remote = Meddled {
                        inner: &memory,
                        at,
                        meddling,
                        calls: AtomicUsize::new(0),
                    };
                    let end = push(checked, &remote);
                    if remote.calls.load(Ordering::SeqCst) <= at {
                        assert_eq!(end, PushEnd::Whole, "undisturbed");
                        break;
                    }
                    let left = plan_now(checked, &memory);
                    let is_whole = left.is_empty() && left.conflicts().next().is_none();
                    // The last look is two calls: between them a schema can be made anew with as many versions.
                    let is_last = remote.calls.load(Ordering::SeqCst) == at + 1;
                    if is_last && what == "makes the schema anew with 3" {
                        continue;
                    }
                    let case = format!("{before} before; somebody {what} before call {at}");
                    assert!(end != PushEnd::Whole || is_whole, "{case}: 0, and {left:#?} is left");
                    seen += usize::from(end != PushEnd::Whole);
                }
            }
        });
    }
    assert!(seen > 50, "{seen} disturbed pushes");
}
