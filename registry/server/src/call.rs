//! One call as values. In: the decoded path, query and body of a request. Out: names, numbers and texts that were checked,
//! or the refusal that names the parameter.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequestParts, Query, RawPathParams};
use axum::http::request::Parts;

use crate::arn::Resource;
use crate::error::ServiceError;
use crate::fields::BodyFields;
use crate::names::{RegistryName, SchemaName, version_number};
use crate::service::Service;

/// A call of an operation, decoded and not yet checked.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The operation's name.
    pub(crate) operation: &'static str,
    /// The settings of the server.
    pub(crate) service: Arc<Service>,
    /// The parameters in the path, percent-decoded.
    pub(crate) path: Vec<(String, String)>,
    /// The parameters in the query, percent-decoded, in the order of the URL.
    pub(crate) query: Vec<(String, String)>,
    /// The body as it came.
    pub(crate) body: Bytes,
}

impl Call {
    /// Returns the call that a request of an operation, or of a page, is.
    pub(crate) async fn decode(
        operation: &'static str,
        service: &Arc<Service>,
        parts: &mut Parts,
        body: Bytes,
    ) -> Result<Self, ServiceError> {
        let params = RawPathParams::from_request_parts(parts, &()).await;
        let params = params.map_err(|error| ServiceError::bad_request(error.body_text()))?;
        let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let query = query.map_err(|error| ServiceError::bad_request(error.body_text()))?;
        Ok(Self {
            operation,
            service: Arc::clone(service),
            path: params.iter().map(owned).collect(),
            query: query.0,
            body,
        })
    }

    pub(crate) fn registry(&self) -> Result<RegistryName, ServiceError> {
        RegistryName::parse(self.in_path("registry"))
    }

    pub(crate) fn schema(&self) -> Result<SchemaName, ServiceError> {
        SchemaName::parse(self.in_path("schema"))
    }

    pub(crate) fn version(&self) -> Result<i64, ServiceError> {
        version_number(self.in_path("version"))
    }

    /// The id of a discoverer, which may be any text: one that does not exist is not found.
    pub(crate) fn discoverer(&self) -> &str {
        self.in_path("discoverer")
    }

    pub(crate) fn language(&self) -> &str {
        self.in_path("language")
    }

    /// The version in the query; `None` means the newest.
    pub(crate) fn schema_version(&self) -> Result<Option<i64>, ServiceError> {
        self.query("schemaVersion").map(version_number).transpose()
    }

    pub(crate) fn resource(&self) -> Result<Resource, ServiceError> {
        self.service.arns.parse(self.in_path("arn"))
    }

    /// The parameter of the query, if it is there.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.queries(name).next()
    }

    /// The values of a parameter that may be repeated.
    pub(crate) fn queries<'c>(&'c self, name: &str) -> impl Iterator<Item = &'c str> {
        let named = self.query.iter().filter(move |(key, _)| key == name);
        named.map(|(_, value)| value.as_str())
    }

    /// The members of the body.
    pub(crate) fn fields(&self) -> Result<BodyFields, ServiceError> {
        BodyFields::parse(&self.body)
    }

    /// The routes are made from the templates that name the parameters, so an absent one is a template without it; the
    /// empty text is then refused as a name.
    fn in_path(&self, name: &str) -> &str {
        let parameter = self.path.iter().find(|(key, _)| key == name);
        parameter.map_or("", |(_, value)| value.as_str())
    }
}
