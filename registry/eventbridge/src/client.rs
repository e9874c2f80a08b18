//! The calls of `workspace::Remote` on the EventBridge Schemas API, one call of the service a method, repeated by nobody here:
//! whether a write may be made again is for `apply` to know. Each call blocks on a runtime of its own, so that the rest of
//! the program knows nothing of async.

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use aws_config::Region;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_schemas::Client;
use aws_sdk_schemas::types::Type;
use schemactl_model::SchemaType;
use schemactl_push::{
    ListPage, NewSchema, NewVersion, Remote, RemoteError, RemoteErrorKind, RemoteSchema, RemoteVersion, Tags,
    WriteResult,
};
use tokio::runtime::Runtime;

use crate::error::{empty_answer, hide_secrets, other_answer, remote_error};
use crate::identity::{CallerIdentity, account_of, shown_endpoint};

/// The most items that the service puts on a page.
const PAGE: i32 = 100;

/// One registry of the EventBridge Schema Registry.
pub struct EventBridge {
    runtime: Runtime,
    client: Client,
    registry: String,
    region: String,
    endpoint: Option<String>,
    credentials: Option<SharedCredentialsProvider>,
    /// The service that knows whose the credentials are.
    sts: Option<aws_sdk_sts::Client>,
    /// The account, once an answer has named it.
    account: OnceLock<String>,
}

impl EventBridge {
    pub(crate) fn new(
        runtime: Runtime,
        client: Client,
        registry: &str,
        region: &Region,
        endpoint: Option<String>,
        credentials: Option<SharedCredentialsProvider>,
    ) -> Self {
        Self {
            runtime,
            client,
            registry: registry.to_owned(),
            region: region.to_string(),
            endpoint,
            credentials,
            sts: None,
            account: OnceLock::new(),
        }
    }

    pub(crate) fn with_sts(self, sts: aws_sdk_sts::Client) -> Self {
        Self { sts: Some(sts), ..self }
    }

    /// Returns the account of the credentials, as STS says it. A server on this machine answers for itself. `None` where nobody is to be
    /// asked.
    ///
    /// # Errors
    /// Fails if STS refuses or cannot be reached.
    pub fn caller_account(&self) -> Result<Option<String>, RemoteError> {
        let Some(sts) = &self.sts else { return Ok(None) };
        let answer = self.runtime.block_on(sts.get_caller_identity().send());
        let answer = answer.map_err(|error| remote_error("GetCallerIdentity", self.subject(None), &error))?;
        Ok(answer.account().map(str::to_owned))
    }

    /// Returns the region its calls go to.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Returns the endpoint in place of Amazon's, without what a URL may hold of secrets.
    pub fn endpoint(&self) -> Option<String> {
        self.endpoint.as_deref().map(shown_endpoint)
    }

    /// Returns the account, once an answer has named it.
    pub fn account(&self) -> Option<&str> {
        self.account.get().map(String::as_str)
    }

    /// Returns whether the registry is on this machine.
    pub fn is_local(&self) -> bool {
        let host = self.endpoint.as_deref().and_then(|url| url.split_once("://"));
        let host = host.map(|(_, rest)| rest.split('/').next().unwrap_or_default());
        let host = host.map(|host| host.rsplit_once('@').map_or(host, |(_, host)| host));
        host.is_some_and(|host| {
            ["127.0.0.1", "localhost", "[::1]"]
                .iter()
                .any(|local| host.starts_with(local))
        })
    }

    /// Returns whose the credentials are, without a call to the service.
    pub fn identity(&self) -> Result<CallerIdentity, RemoteError> {
        let failed = |message| RemoteError {
            kind: RemoteErrorKind::Credentials,
            operation: "credentials",
            subject: self.subject(None),
            message,
            retry_after: None,
        };
        let provider = self.credentials.as_ref();
        let provider = provider.ok_or_else(|| failed("no provider of credentials is set up".to_owned()))?;
        let found = self.runtime.block_on(provider.provide_credentials());
        found
            .map(|credentials| CallerIdentity::of(&credentials))
            .map_err(|error| failed(hide_secrets(&crate::error::describe_credentials_error(&error))))
    }

    fn learn_account(&self, arn: Option<&str>) {
        if let Some(account) = arn.and_then(account_of) {
            // The first answer has said it already.
            let _ = self.account.set(account);
        }
    }

    /// A member that every answer of an operation has.
    fn told<T>(
        &self,
        operation: &'static str,
        schema: Option<&str>,
        member: &str,
        value: Option<T>,
    ) -> Result<T, RemoteError> {
        value.ok_or_else(|| empty_answer(operation, self.subject(schema), member))
    }

    fn subject(&self, schema: Option<&str>) -> String {
        let schema = schema.map_or_else(String::new, |name| format!("schema {name}, "));
        format!("{schema}{}", self.place())
    }

    fn place(&self) -> String {
        let account = self
            .account()
            .map_or_else(String::new, |account| format!(", account {account}"));
        let endpoint = self.endpoint().map_or_else(String::new, |url| format!(" at {url}"));
        format!("registry {} in {}{account}{endpoint}", self.registry, self.region)
    }
}

/// Sends a call and gives its answer, or the failure by the name of the operation.
macro_rules! call {
    ($self:ident, $operation:literal, $schema:expr, $call:expr) => {
        $self
            .runtime
            .block_on($call.send())
            .map_err(|error| remote_error($operation, $self.subject($schema), &error))
    };
}

impl EventBridge {
    /// Returns the names of the registries beside this one: the first hundred.
    ///
    /// # Errors
    /// Fails if the account may not list them.
    pub fn list_registries(&self) -> Result<Vec<String>, RemoteError> {
        let call = self.client.list_registries().limit(PAGE);
        let answer = call!(self, "ListRegistries", None, call)?;
        let registries = answer.registries.unwrap_or_default().into_iter();
        Ok(registries.filter_map(|registry| registry.registry_name).collect())
    }
}

impl fmt::Debug for EventBridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventBridge({})", self.place())
    }
}

/// What is not there is `None`.
fn found<T>(answer: Result<T, RemoteError>) -> Result<Option<T>, RemoteError> {
    match answer {
        Err(error) if error.kind == RemoteErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    }
}

impl Remote for EventBridge {
    fn describe(&self) -> String {
        format!("EventBridge Schemas, {}", self.place())
    }

    fn registry_exists(&self) -> Result<bool, RemoteError> {
        let call = self.client.describe_registry().registry_name(&self.registry);
        let Some(answer) = found(call!(self, "DescribeRegistry", None, call))? else {
            return Ok(false);
        };
        let arn = self.told("DescribeRegistry", None, "RegistryArn", answer.registry_arn)?;
        self.learn_account(Some(&arn));
        Ok(true)
    }

    fn schemas(&self, page: Option<&str>) -> Result<ListPage<RemoteSchema>, RemoteError> {
        let call = self.client.list_schemas().registry_name(&self.registry).limit(PAGE);
        let call = call.set_next_token(page.map(str::to_owned));
        let answer = call!(self, "ListSchemas", None, call)?;
        let schemas = self.told("ListSchemas", None, "Schemas", answer.schemas)?;
        let listed = schemas.into_iter().map(|summary| RemoteSchema {
            name: summary.schema_name.unwrap_or_default(),
            arn: summary.schema_arn.unwrap_or_default(),
            version_count: summary
                .version_count
                .and_then(|count| count.try_into().ok())
                .unwrap_or(0),
            last_modified: summary.last_modified.map(|time| time.to_string()).unwrap_or_default(),
            tags: summary.tags.unwrap_or_default().into_iter().collect(),
        });
        Ok(ListPage {
            items: listed.collect(),
            next: answer.next_token,
        })
    }

    fn numbers(&self, schema: &str, page: Option<&str>) -> Result<ListPage<String>, RemoteError> {
        let call = self.client.list_schema_versions().registry_name(&self.registry);
        let call = call
            .schema_name(schema)
            .limit(PAGE)
            .set_next_token(page.map(str::to_owned));
        let Some(answer) = found(call!(self, "ListSchemaVersions", Some(schema), call))? else {
            return Ok(ListPage {
                items: Vec::new(),
                next: None,
            });
        };
        let next = answer.next_token;
        let versions = self.told(
            "ListSchemaVersions",
            Some(schema),
            "SchemaVersions",
            answer.schema_versions,
        )?;
        Ok(ListPage {
            items: versions
                .into_iter()
                .filter_map(|version| version.schema_version)
                .collect(),
            next,
        })
    }

    fn read(&self, schema: &str, number: Option<&str>) -> Result<Option<RemoteVersion>, RemoteError> {
        let call = self.client.describe_schema().registry_name(&self.registry);
        let call = call.schema_name(schema).set_schema_version(number.map(str::to_owned));
        let Some(answer) = found(call!(self, "DescribeSchema", Some(schema), call))? else {
            return Ok(None);
        };
        let told = |member, value| self.told("DescribeSchema", Some(schema), member, value);
        let version = RemoteVersion {
            number: told("SchemaVersion", answer.schema_version)?,
            type_name: told("Type", answer.r#type)?,
            content: told("Content", answer.content)?,
            created: answer
                .version_created_date
                .map(|time| time.to_string())
                .unwrap_or_default(),
        };
        // A cache in between may answer with what somebody asked before.
        let is_other = answer.schema_name.is_some_and(|name| name != schema)
            || number.is_some_and(|number| number != version.number);
        if is_other {
            return Err(other_answer(
                "DescribeSchema",
                self.subject(Some(schema)),
                &version.number,
            ));
        }
        Ok(Some(version))
    }

    fn create_registry(&self, description: Option<&str>, tags: &Tags) -> Result<(), RemoteError> {
        let call = self.client.create_registry().registry_name(&self.registry);
        let call = call.set_description(description.map(str::to_owned)).set_tags(map(tags));
        let answer = call!(self, "CreateRegistry", None, call)?;
        let arn = self.told("CreateRegistry", None, "RegistryArn", answer.registry_arn)?;
        self.learn_account(Some(&arn));
        Ok(())
    }

    fn create_schema(&self, schema: &NewSchema<'_>) -> Result<WriteResult, RemoteError> {
        let call = self.client.create_schema().registry_name(&self.registry);
        let call = call
            .schema_name(schema.name)
            .r#type(type_(schema.type_))
            .content(schema.content);
        let call = call
            .set_description(schema.description.map(str::to_owned))
            .set_tags(map(schema.tags));
        let answer = call!(self, "CreateSchema", Some(schema.name), call)?;
        let number = answer.schema_version;
        Ok(WriteResult {
            number: self.told("CreateSchema", Some(schema.name), "SchemaVersion", number)?,
            arn: answer.schema_arn.unwrap_or_default(),
            last_modified: answer.last_modified.map(|time| time.to_string()).unwrap_or_default(),
        })
    }

    fn add_version(&self, version: &NewVersion<'_>) -> Result<WriteResult, RemoteError> {
        let call = self.client.update_schema().registry_name(&self.registry);
        let call = call.schema_name(version.schema).r#type(type_(version.type_));
        let call = call.content(version.content).client_token_id(version.token);
        let answer = call!(self, "UpdateSchema", Some(version.schema), call)?;
        let number = answer.schema_version;
        Ok(WriteResult {
            number: self.told("UpdateSchema", Some(version.schema), "SchemaVersion", number)?,
            arn: answer.schema_arn.unwrap_or_default(),
            last_modified: answer.last_modified.map(|time| time.to_string()).unwrap_or_default(),
        })
    }

    fn tag(&self, arn: &str, tags: &Tags) -> Result<(), RemoteError> {
        let call = self.client.tag_resource().resource_arn(arn).set_tags(map(tags));
        call!(self, "TagResource", Some(arn), call).map(|_| ())
    }

    fn delete_version(&self, schema: &str, number: &str) -> Result<(), RemoteError> {
        let call = self.client.delete_schema_version().registry_name(&self.registry);
        let call = call.schema_name(schema).schema_version(number);
        call!(self, "DeleteSchemaVersion", Some(schema), call).map(|_| ())
    }

    fn delete_schema(&self, schema: &str) -> Result<(), RemoteError> {
        let call = self
            .client
            .delete_schema()
            .registry_name(&self.registry)
            .schema_name(schema);
        call!(self, "DeleteSchema", Some(schema), call).map(|_| ())
    }
}

fn type_(type_: SchemaType) -> Type {
    match type_ {
        SchemaType::JsonSchemaDraft4 => Type::JsonSchemaDraft4,
        SchemaType::OpenApi3 => Type::OpenApi3,
    }
}

/// No tags are no member: whoever may not tag can write all the same.
fn map(tags: &Tags) -> Option<HashMap<String, String>> {
    (!tags.is_empty()).then(|| tags.clone().into_iter().collect())
}
