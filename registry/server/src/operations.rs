//! The 31 operations of the API (2019-12-02) as a table: name, method, path, the status of a success, and what runs. The
//! router is made from it, so an operation that is not here does not exist.

use axum::http::StatusCode;
use axum::routing::MethodFilter;
use rusqlite::Connection;

use crate::call::Call;
use crate::error::ServiceError;
use crate::guard;
use crate::routes::{
    OperationAnswer, bindings, discover, discoverers, export, policies, registries, schemas, search, tags, versions,
};

/// What an operation does with the database.
type HandlerFn = fn(&Call, &Connection) -> Result<OperationAnswer, ServiceError>;

/// One operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) method: MethodFilter,
    /// The path as axum writes it, with `{registry}`, `{schema}`, `{version}`, `{arn}` where the API has a parameter.
    pub(crate) path: &'static str,
    /// The status of a success.
    pub(crate) status: StatusCode,
    pub(crate) action: OperationHandler,
}

/// Whether an operation changes data, and what it runs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OperationHandler {
    Read(HandlerFn),
    Write(HandlerFn),
}

impl Operation {
    /// Whether it is asked by path and query alone, and changes nothing.
    pub(crate) fn is_get(&self) -> bool {
        self.method == GET && !self.is_write()
    }

    /// The largest body that it takes, in bytes.
    pub(crate) fn body_limit(&self) -> usize {
        match self.name {
            "GetDiscoveredSchema" => guard::DISCOVER_LIMIT,
            _ => guard::BODY_LIMIT,
        }
    }

    /// Whether it changes data.
    pub(crate) fn is_write(&self) -> bool {
        matches!(self.action, OperationHandler::Write(_))
    }
}

use OperationHandler::{Read, Write};

const GET: MethodFilter = MethodFilter::GET;
const POST: MethodFilter = MethodFilter::POST;
const PUT: MethodFilter = MethodFilter::PUT;
const DELETE: MethodFilter = MethodFilter::DELETE;

const OK: StatusCode = StatusCode::OK;
const CREATED: StatusCode = StatusCode::CREATED;
const ACCEPTED: StatusCode = StatusCode::ACCEPTED;
const NO_CONTENT: StatusCode = StatusCode::NO_CONTENT;

const REGISTRIES: &str = "/v1/registries";
const REGISTRY: &str = "/v1/registries/name/{registry}";
const SCHEMAS: &str = "/v1/registries/name/{registry}/schemas";
const SEARCH: &str = "/v1/registries/name/{registry}/schemas/search";
const SCHEMA: &str = "/v1/registries/name/{registry}/schemas/name/{schema}";
const VERSIONS: &str = "/v1/registries/name/{registry}/schemas/name/{schema}/versions";
/// In the singular, unlike the list.
const VERSION: &str = "/v1/registries/name/{registry}/schemas/name/{schema}/version/{version}";
const EXPORT: &str = "/v1/registries/name/{registry}/schemas/name/{schema}/export";
const BINDING: &str = "/v1/registries/name/{registry}/schemas/name/{schema}/language/{language}";
const SOURCE: &str = "/v1/registries/name/{registry}/schemas/name/{schema}/language/{language}/source";
const DISCOVER: &str = "/v1/discover";
const DISCOVERERS: &str = "/v1/discoverers";
const DISCOVERER: &str = "/v1/discoverers/id/{discoverer}";
const START: &str = "/v1/discoverers/id/{discoverer}/start";
const STOP: &str = "/v1/discoverers/id/{discoverer}/stop";
const POLICY: &str = "/v1/policy";
/// SDKs encode the slashes of the ARN, others may not.
const TAGS: &str = "/tags/{*arn}";

/// Every operation of the API, in the order of its paths.
pub(crate) static OPERATIONS: [Operation; 31] = [
    operation("ListRegistries", GET, REGISTRIES, OK, Read(registries::list_registries)),
    operation(
        "CreateRegistry",
        POST,
        REGISTRY,
        CREATED,
        Write(registries::create_registry),
    ),
    operation(
        "DescribeRegistry",
        GET,
        REGISTRY,
        OK,
        Read(registries::describe_registry),
    ),
    operation("UpdateRegistry", PUT, REGISTRY, OK, Write(registries::update_registry)),
    operation(
        "DeleteRegistry",
        DELETE,
        REGISTRY,
        NO_CONTENT,
        Write(registries::delete_registry),
    ),
    operation("ListSchemas", GET, SCHEMAS, OK, Read(schemas::list_schemas)),
    operation("SearchSchemas", GET, SEARCH, OK, Read(search::search_schemas)),
    operation("CreateSchema", POST, SCHEMA, CREATED, Write(schemas::create_schema)),
    operation("DescribeSchema", GET, SCHEMA, OK, Read(schemas::describe_schema)),
    operation("UpdateSchema", PUT, SCHEMA, OK, Write(schemas::update_schema)),
    operation(
        "DeleteSchema",
        DELETE,
        SCHEMA,
        NO_CONTENT,
        Write(schemas::delete_schema),
    ),
    operation(
        "ListSchemaVersions",
        GET,
        VERSIONS,
        OK,
        Read(versions::list_schema_versions),
    ),
    operation(
        "DeleteSchemaVersion",
        DELETE,
        VERSION,
        NO_CONTENT,
        Write(versions::delete_schema_version),
    ),
    operation("ExportSchema", GET, EXPORT, OK, Read(export::export_schema)),
    operation(
        "PutCodeBinding",
        POST,
        BINDING,
        ACCEPTED,
        Write(bindings::put_code_binding),
    ),
    operation(
        "DescribeCodeBinding",
        GET,
        BINDING,
        OK,
        Read(bindings::describe_code_binding),
    ),
    operation(
        "GetCodeBindingSource",
        GET,
        SOURCE,
        OK,
        Read(bindings::get_code_binding_source),
    ),
    operation(
        "GetDiscoveredSchema",
        POST,
        DISCOVER,
        OK,
        Read(discover::get_discovered_schema),
    ),
    operation(
        "ListDiscoverers",
        GET,
        DISCOVERERS,
        OK,
        Read(discoverers::list_discoverers),
    ),
    operation(
        "CreateDiscoverer",
        POST,
        DISCOVERERS,
        CREATED,
        Write(discoverers::create_discoverer),
    ),
    operation(
        "DescribeDiscoverer",
        GET,
        DISCOVERER,
        OK,
        Read(discoverers::describe_discoverer),
    ),
    operation(
        "UpdateDiscoverer",
        PUT,
        DISCOVERER,
        OK,
        Write(discoverers::update_discoverer),
    ),
    operation(
        "DeleteDiscoverer",
        DELETE,
        DISCOVERER,
        NO_CONTENT,
        Write(discoverers::delete_discoverer),
    ),
    operation("StartDiscoverer", POST, START, OK, Write(discoverers::start_discoverer)),
    operation("StopDiscoverer", POST, STOP, OK, Write(discoverers::stop_discoverer)),
    operation(
        "GetResourcePolicy",
        GET,
        POLICY,
        OK,
        Read(policies::get_resource_policy),
    ),
    operation(
        "PutResourcePolicy",
        PUT,
        POLICY,
        OK,
        Write(policies::put_resource_policy),
    ),
    operation(
        "DeleteResourcePolicy",
        DELETE,
        POLICY,
        NO_CONTENT,
        Write(policies::delete_resource_policy),
    ),
    operation("ListTagsForResource", GET, TAGS, OK, Read(tags::list_tags_for_resource)),
    operation("TagResource", POST, TAGS, NO_CONTENT, Write(tags::tag_resource)),
    operation("UntagResource", DELETE, TAGS, NO_CONTENT, Write(tags::untag_resource)),
];

const fn operation(
    name: &'static str,
    method: MethodFilter,
    path: &'static str,
    status: StatusCode,
    action: OperationHandler,
) -> Operation {
    Operation {
        name,
        method,
        path,
        status,
        action,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_operation_is_there_once() {
        let names: BTreeSet<_> = OPERATIONS.iter().map(|operation| operation.name).collect();
        assert_eq!(names.len(), 31);
    }

    /// The names of the API say which operations change data; the table must not say otherwise.
    #[test]
    fn verbs_tell_writes_from_reads() {
        for operation in &OPERATIONS {
            let reads = ["List", "Describe", "Get", "Search", "Export"];
            let read = reads.iter().any(|verb| operation.name.starts_with(verb));
            assert_eq!(operation.is_write(), !read, "{}", operation.name);
        }
    }
}
