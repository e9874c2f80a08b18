//! A remote in memory, for tests and for planning without a service. It behaves as EventBridge does: versions are numbered
//! from 1 and never reused, unchanged content is a conflict, names are unique, a token makes a write once.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::remote::{
    ListPage, NewSchema, NewVersion, Remote, RemoteError, RemoteErrorKind, RemoteSchema, RemoteVersion, Tags,
    WriteResult,
};

/// A registry that forgets everything when it is dropped.
#[derive(Debug, Default)]
pub struct MemoryRemote {
    state: Mutex<MemoryState>,
}

#[derive(Debug, Default)]
struct MemoryState {
    registry: bool,
    schemas: BTreeMap<String, MemorySchema>,
    writes: usize,
    reads: usize,
    fail_at: Option<usize>,
    /// Counts writes: what is later is larger.
    clock: usize,
}

#[derive(Debug, Default)]
struct MemorySchema {
    tags: Tags,
    last_modified: usize,
    next: usize,
    versions: Vec<RemoteVersion>,
    tokens: BTreeMap<String, String>,
}

/// Items on a page.
const PAGE: usize = 100;

impl MemoryRemote {
    /// Creates a service without the registry.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the write of that index, from 0, be refused once.
    pub fn fail_write(&self, index: usize) {
        self.state().fail_at = Some(index);
    }

    /// Returns the number of writes that were tried.
    pub fn writes(&self) -> usize {
        self.state().writes
    }

    /// Returns the number of versions that were read.
    pub fn reads(&self) -> usize {
        self.state().reads
    }

    /// The state is plain data: a panic elsewhere leaves nothing half-done in it.
    fn state(&self) -> MutexGuard<'_, MemoryState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, operation: &'static str, name: &str) -> Result<MutexGuard<'_, MemoryState>, RemoteError> {
        let mut state = self.state();
        let index = state.writes;
        state.writes += 1;
        state.clock += 1;
        if state.fail_at == Some(index) {
            state.fail_at = None;
            return Err(error(RemoteErrorKind::Refused, operation, name, "asked to fail"));
        }
        Ok(state)
    }
}

impl MemoryState {
    fn schema(&mut self, operation: &'static str, name: &str) -> Result<&mut MemorySchema, RemoteError> {
        let found = self.schemas.get_mut(name);
        found.ok_or_else(|| error(RemoteErrorKind::NotFound, operation, name, "the schema does not exist"))
    }

    fn add(&mut self, name: &str, type_name: String, content: &str) -> WriteResult {
        let clock = self.clock;
        let schema = self.schemas.entry(name.to_owned()).or_default();
        schema.next += 1;
        schema.last_modified = clock;
        let number = schema.next.to_string();
        schema.versions.push(RemoteVersion {
            number: number.clone(),
            type_name,
            content: content.to_owned(),
            created: String::new(),
        });
        WriteResult {
            number,
            arn: arn(name),
            last_modified: clock.to_string(),
        }
    }
}

fn arn(name: &str) -> String {
    format!("memory:schema/{name}")
}

fn error(kind: RemoteErrorKind, operation: &'static str, subject: &str, message: &str) -> RemoteError {
    RemoteError {
        kind,
        operation,
        subject: subject.to_owned(),
        message: message.to_owned(),
        retry_after: None,
    }
}

fn page<T>(items: Vec<T>, after: Option<&str>) -> ListPage<T> {
    let start: usize = after.and_then(|token| token.parse().ok()).unwrap_or(0);
    let more = items.len() > start + PAGE;
    ListPage {
        items: items.into_iter().skip(start).take(PAGE).collect(),
        next: more.then(|| (start + PAGE).to_string()),
    }
}

impl Remote for MemoryRemote {
    fn describe(&self) -> String {
        "a registry in memory".to_owned()
    }

    fn registry_exists(&self) -> Result<bool, RemoteError> {
        Ok(self.state().registry)
    }

    fn schemas(&self, after: Option<&str>) -> Result<ListPage<RemoteSchema>, RemoteError> {
        let state = self.state();
        let listed = state.schemas.iter().map(|(name, schema)| RemoteSchema {
            name: name.clone(),
            arn: arn(name),
            version_count: schema.versions.len(),
            last_modified: schema.last_modified.to_string(),
            tags: schema.tags.clone(),
        });
        Ok(page(listed.collect(), after))
    }

    fn numbers(&self, schema: &str, after: Option<&str>) -> Result<ListPage<String>, RemoteError> {
        let state = self.state();
        let versions = state.schemas.get(schema).map_or(&[][..], |schema| &schema.versions);
        Ok(page(
            versions.iter().map(|version| version.number.clone()).collect(),
            after,
        ))
    }

    fn read(&self, schema: &str, number: Option<&str>) -> Result<Option<RemoteVersion>, RemoteError> {
        let mut state = self.state();
        state.reads += 1;
        let Some(schema) = state.schemas.get(schema) else {
            return Ok(None);
        };
        let found = match number {
            Some(number) => schema.versions.iter().find(|version| version.number == number),
            None => schema.versions.last(),
        };
        Ok(found.cloned())
    }

    fn create_registry(&self, _: Option<&str>, _: &Tags) -> Result<(), RemoteError> {
        let mut state = self.write("CreateRegistry", "registry")?;
        if state.registry {
            let kind = RemoteErrorKind::Conflict;
            return Err(error(kind, "CreateRegistry", "registry", "the registry exists"));
        }
        state.registry = true;
        Ok(())
    }

    fn create_schema(&self, schema: &NewSchema<'_>) -> Result<WriteResult, RemoteError> {
        let mut state = self.write("CreateSchema", schema.name)?;
        let refuse = |kind, message| Err(error(kind, "CreateSchema", schema.name, message));
        if !state.registry {
            return refuse(RemoteErrorKind::NotFound, "the registry does not exist");
        }
        if state.schemas.contains_key(schema.name) {
            return refuse(RemoteErrorKind::Conflict, "the schema exists");
        }
        let written = state.add(schema.name, schema.type_.to_string(), schema.content);
        state.schema("CreateSchema", schema.name)?.tags = schema.tags.clone();
        Ok(written)
    }

    fn add_version(&self, version: &NewVersion<'_>) -> Result<WriteResult, RemoteError> {
        let mut state = self.write("UpdateSchema", version.schema)?;
        let schema = state.schema("UpdateSchema", version.schema)?;
        if let Some(number) = schema.tokens.get(version.token) {
            return Ok(WriteResult {
                number: number.clone(),
                arn: arn(version.schema),
                last_modified: schema.last_modified.to_string(),
            });
        }
        if schema
            .versions
            .last()
            .is_some_and(|last| last.content == version.content)
        {
            let kind = RemoteErrorKind::Conflict;
            return Err(error(kind, "UpdateSchema", version.schema, "nothing changed"));
        }
        let written = state.add(version.schema, version.type_.to_string(), version.content);
        let schema = state.schema("UpdateSchema", version.schema)?;
        schema.tokens.insert(version.token.to_owned(), written.number.clone());
        Ok(written)
    }

    fn tag(&self, subject: &str, tags: &Tags) -> Result<(), RemoteError> {
        let mut state = self.write("TagResource", subject)?;
        let name = subject.strip_prefix(&arn("")).unwrap_or(subject);
        state.schema("TagResource", name)?.tags.extend(tags.clone());
        Ok(())
    }

    fn delete_version(&self, schema: &str, number: &str) -> Result<(), RemoteError> {
        let mut state = self.write("DeleteSchemaVersion", schema)?;
        let clock = state.clock;
        let held = state.schema("DeleteSchemaVersion", schema)?;
        held.versions.retain(|version| version.number != number);
        held.last_modified = clock;
        Ok(())
    }

    fn delete_schema(&self, schema: &str) -> Result<(), RemoteError> {
        let mut state = self.write("DeleteSchema", schema)?;
        state.schemas.remove(schema);
        Ok(())
    }
}
