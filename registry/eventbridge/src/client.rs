//! The calls of `workspace::Remote` on the EventBridge Schemas API. Each call blocks on a runtime of its own, so that the
//! rest of the program knows nothing of async.

use std::fmt;

use aws_config::Region;
use aws_sdk_schemas::Client;
use aws_sdk_schemas::types::Type;
use schemactl_workspace::{Remote, RemoteError, RemoteErrorKind, RemoteVersion, Snapshot};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::error::remote_error;

/// Schemas read at the same time. The service throttles by account; eight is far below, and hides the latency.
const READERS: usize = 8;

/// One registry of the EventBridge Schema Registry.
pub struct EventBridge {
    runtime: Runtime,
    client: Client,
    registry: String,
    region: String,
    endpoint: Option<String>,
}

impl EventBridge {
    pub(crate) fn new(
        runtime: Runtime,
        client: Client,
        registry: &str,
        region: &Region,
        endpoint: Option<String>,
    ) -> Self {
        Self {
            runtime,
            client,
            registry: registry.to_owned(),
            region: region.to_string(),
            endpoint,
        }
    }

    /// The region its calls go to.
    pub fn region(&self) -> &str {
        &self.region
    }

    fn caller(&self) -> Caller {
        let Self {
            client,
            registry,
            region,
            endpoint,
            ..
        } = self;
        let at = endpoint.as_deref().map_or_else(String::new, |url| format!(" at {url}"));
        Caller {
            client: client.clone(),
            registry: registry.clone(),
            place: format!("{region}{at}"),
        }
    }

    /// After a conflict: a write that was answered into the void and tried again has taken effect the first time, and then
    /// the service holds what we wanted to write.
    fn unless_written(&self, name: &str, content: &str, error: RemoteError) -> Result<RemoteVersion, RemoteError> {
        if error.kind != RemoteErrorKind::Conflict {
            return Err(error);
        }
        match self.runtime.block_on(self.caller().describe(name, None)) {
            Ok(held) if held.content == content => Ok(held),
            _ => Err(error),
        }
    }
}

impl fmt::Debug for EventBridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventBridge({})", self.describe())
    }
}

impl Remote for EventBridge {
    fn describe(&self) -> String {
        format!(
            "registry {} of EventBridge Schemas in {}",
            self.registry,
            self.caller().place
        )
    }

    fn snapshot(&self) -> Result<Snapshot, RemoteError> {
        self.runtime.block_on(self.caller().snapshot())
    }

    fn create_registry(&self, description: Option<&str>) -> Result<(), RemoteError> {
        let caller = self.caller();
        let call = caller.client.create_registry().registry_name(&self.registry);
        let call = call.set_description(description.map(str::to_owned));
        let sent = self.runtime.block_on(call.send());
        sent.map_err(|error| remote_error("CreateRegistry", caller.subject(None), &error))?;
        Ok(())
    }

    fn create_schema(
        &self,
        name: &str,
        content: &str,
        description: Option<&str>,
    ) -> Result<RemoteVersion, RemoteError> {
        let caller = self.caller();
        let call = caller
            .client
            .create_schema()
            .registry_name(&self.registry)
            .schema_name(name)
            .r#type(Type::JsonSchemaDraft4)
            .content(content)
            .set_description(description.map(str::to_owned));
        match self.runtime.block_on(call.send()) {
            Ok(answer) => Ok(version(answer.schema_version, content)),
            Err(error) => {
                let error = remote_error("CreateSchema", caller.subject(Some(name)), &error);
                self.unless_written(name, content, error)
            }
        }
    }

    fn update_schema(&self, name: &str, content: &str) -> Result<RemoteVersion, RemoteError> {
        let caller = self.caller();
        let call = caller
            .client
            .update_schema()
            .registry_name(&self.registry)
            .schema_name(name)
            .r#type(Type::JsonSchemaDraft4)
            .content(content);
        match self.runtime.block_on(call.send()) {
            Ok(answer) => Ok(version(answer.schema_version, content)),
            Err(error) => {
                let error = remote_error("UpdateSchema", caller.subject(Some(name)), &error);
                self.unless_written(name, content, error)
            }
        }
    }

    fn read(&self, name: &str, number: &str) -> Result<String, RemoteError> {
        let described = self.runtime.block_on(self.caller().describe(name, Some(number)));
        described.map(|version| version.content)
    }
}

fn version(number: Option<String>, content: &str) -> RemoteVersion {
    RemoteVersion {
        number: number.unwrap_or_default(),
        content: content.to_owned(),
    }
}

/// What a call needs, cheap to clone into a task.
#[derive(Clone)]
struct Caller {
    client: Client,
    registry: String,
    /// Region and endpoint.
    place: String,
}

impl Caller {
    fn subject(&self, schema: Option<&str>) -> String {
        let schema = schema.map_or_else(String::new, |name| format!("schema {name}, "));
        format!("{schema}registry {} in {}", self.registry, self.place)
    }

    async fn snapshot(self) -> Result<Snapshot, RemoteError> {
        if !self.registry_exists().await? {
            return Ok(Snapshot::default());
        }
        let mut snapshot = Snapshot {
            registry_exists: true,
            ..Snapshot::default()
        };
        let mut waiting = self.schema_names().await?.into_iter();
        let mut reading = JoinSet::new();
        loop {
            for name in waiting.by_ref().take(READERS - reading.len()) {
                reading.spawn(self.clone().versions(name));
            }
            let Some(read) = reading.join_next().await else {
                return Ok(snapshot);
            };
            let (name, versions) = read.expect("a reader neither panics nor is cancelled")?;
            snapshot.schemas.insert(name, versions);
        }
    }

    async fn registry_exists(&self) -> Result<bool, RemoteError> {
        match self
            .client
            .describe_registry()
            .registry_name(&self.registry)
            .send()
            .await
        {
            Ok(_) => Ok(true),
            Err(error) => match remote_error("DescribeRegistry", self.subject(None), &error) {
                missing if missing.kind == RemoteErrorKind::NotFound => Ok(false),
                other => Err(other),
            },
        }
    }

    async fn schema_names(&self) -> Result<Vec<String>, RemoteError> {
        let pages = self
            .client
            .list_schemas()
            .registry_name(&self.registry)
            .into_paginator();
        let listed: Result<Vec<_>, _> = pages.items().send().collect().await;
        let listed = listed.map_err(|error| remote_error("ListSchemas", self.subject(None), &error))?;
        Ok(listed.into_iter().filter_map(|summary| summary.schema_name).collect())
    }

    async fn versions(self, name: String) -> Result<(String, Vec<RemoteVersion>), RemoteError> {
        let pages = self
            .client
            .list_schema_versions()
            .registry_name(&self.registry)
            .schema_name(&name);
        let listed: Result<Vec<_>, _> = pages.into_paginator().items().send().collect().await;
        let listed = listed.map_err(|error| remote_error("ListSchemaVersions", self.subject(Some(&name)), &error))?;
        let mut numbers: Vec<_> = listed
            .into_iter()
            .filter_map(|summary| summary.schema_version)
            .collect();
        // The service numbers versions 1, 2, 3 and lists them in no documented order.
        numbers.sort_by_key(|number| number.parse::<u64>().unwrap_or(u64::MAX));
        let mut versions = Vec::with_capacity(numbers.len());
        for number in &numbers {
            versions.push(self.describe(&name, Some(number)).await?);
        }
        Ok((name, versions))
    }

    /// One version, or the newest.
    async fn describe(&self, name: &str, number: Option<&str>) -> Result<RemoteVersion, RemoteError> {
        let call = self
            .client
            .describe_schema()
            .registry_name(&self.registry)
            .schema_name(name);
        let answer = call.set_schema_version(number.map(str::to_owned)).send().await;
        let answer = answer.map_err(|error| remote_error("DescribeSchema", self.subject(Some(name)), &error))?;
        Ok(version(
            answer.schema_version,
            answer.content.as_deref().unwrap_or_default(),
        ))
    }
}
