//! The event bus that hears of new schemas. In: entries of PutEvents, as the outbox holds them. Out: which of them the bus took. A
//! client of one request: PutEvents is JSON over POST, and the AWS SDK for it would be the largest dependency of this crate.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::sigv4::{Signer, signed_headers};

/// How long the bus may take for one request.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The source of the events that AWS sends.
const SOURCE: &str = "aws.schemas";
/// The service in signatures.
pub(crate) const SERVICE: &str = "events";
pub(crate) const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
/// The header that names the operation, and the operation.
pub(crate) const TARGET_HEADER: &str = "x-amz-target";
pub(crate) const TARGET: &str = "AWSEvents.PutEvents";

/// Where events about schemas are sent.
#[derive(Clone)]
pub struct BusClient {
    endpoint: String,
    host: String,
    name: String,
    source: String,
    signer: Signer,
}

/// Why an endpoint cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the URL of an EventBridge endpoint in plain HTTP, such as http://127.0.0.1:4566")]
pub struct InvalidEndpoint(String);

/// What became of a request.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// For each entry: taken, or why not.
    Answered(Vec<Result<(), String>>),
    /// Nobody answered as EventBridge does. All of it may be sent again later.
    Failed(String),
}

/// An answer to PutEvents, as it came.
#[derive(Clone, Debug)]
pub(crate) struct Relayed {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Relayed {
    /// The answer to a request without entries.
    pub(crate) fn nothing() -> Self {
        Self {
            status: 200,
            body: json!({ "FailedEntryCount": 0, "Entries": [] }).to_string().into_bytes(),
        }
    }
}

/// A secret is not shown, whatever is printed.
impl fmt::Debug for BusClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BusClient")
            .field("endpoint", &self.endpoint)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl BusClient {
    /// Creates the client of the bus `default` at an endpoint such as `http://127.0.0.1:4566`. Requests are signed with a key of no
    /// account, which emulators take; there is no TLS, so that an endpoint is one of this machine or of a tunnel.
    pub fn new(endpoint: &str) -> Result<Self, InvalidEndpoint> {
        let invalid = || InvalidEndpoint(endpoint.to_owned());
        let uri: ureq::http::Uri = endpoint.parse().map_err(|_| invalid())?;
        let authority = uri.authority().ok_or_else(invalid)?;
        let plain = uri.scheme_str() == Some("http") && matches!(uri.path(), "" | "/") && uri.query().is_none();
        if !plain || authority.as_str().contains('@') {
            return Err(invalid());
        }
        Ok(Self {
            endpoint: format!("http://{authority}/"),
            host: authority.as_str().to_owned(),
            name: "default".to_owned(),
            source: SOURCE.to_owned(),
            signer: Signer {
                access_key: "local".to_owned(),
                secret: "local".to_owned(),
                region: "us-east-1".to_owned(),
                service: SERVICE,
            },
        })
    }

    /// Sets the name or ARN of the bus.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// Sets the source that events carry, `aws.schemas` unless said otherwise. Buses that keep sources of AWS to AWS need another.
    #[must_use]
    pub fn source(mut self, source: &str) -> Self {
        source.clone_into(&mut self.source);
        self
    }

    /// Sets the region and the keys that requests are signed with.
    #[must_use]
    pub fn credentials(mut self, region: &str, access_key: &str, secret: &str) -> Self {
        region.clone_into(&mut self.signer.region);
        access_key.clone_into(&mut self.signer.access_key);
        secret.clone_into(&mut self.signer.secret);
        self
    }

    /// Sends ten entries at most, which is what PutEvents takes.
    pub(crate) fn put_events(&self, entries: &[Value]) -> Delivery {
        let addressed = entries.iter().map(|entry| self.addressed(entry));
        let body = json!({ "Entries": addressed.collect::<Vec<_>>() }).to_string();
        match self.relay(body.as_bytes()) {
            Ok(answer) if answer.status == 200 => answered(&answer.body, entries.len()),
            Ok(answer) => Delivery::Failed(format!("the endpoint answers with status {}", answer.status)),
            Err(reason) => Delivery::Failed(reason),
        }
    }

    fn addressed(&self, entry: &Value) -> Value {
        let mut entry = entry.clone();
        entry["EventBusName"] = self.name.as_str().into();
        entry["Source"] = self.source.as_str().into();
        entry
    }

    /// Sends the body of a PutEvents as it is. The error says why there was no answer.
    pub(crate) fn relay(&self, body: &[u8]) -> Result<Relayed, String> {
        let failed = |error: ureq::Error| format!("the event bus at {} does not answer: {error}", self.endpoint);
        let headers = [("content-type", CONTENT_TYPE), ("host", &self.host)];
        let signed = signed_headers(&self.signer, "/", &headers, body, OffsetDateTime::now_utc());
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .build()
            .into();
        let request = agent
            .post(&self.endpoint)
            .content_type(CONTENT_TYPE)
            .header(TARGET_HEADER, TARGET);
        let request = signed
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, value));
        let mut response = request.send(body).map_err(failed)?;
        Ok(Relayed {
            status: response.status().as_u16(),
            body: response.body_mut().read_to_vec().map_err(failed)?,
        })
    }
}

/// The bus answers entry by entry, in the order of the request.
fn answered(answer: &[u8], entries: usize) -> Delivery {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    match answer["Entries"].as_array() {
        Some(answers) if answers.len() == entries => Delivery::Answered(answers.iter().map(taken).collect()),
        _ => Delivery::Failed("the endpoint does not answer as EventBridge does".to_owned()),
    }
}

fn taken(entry: &Value) -> Result<(), String> {
    match &entry["ErrorCode"] {
        Value::String(code) => Err(format!(
            "{code}: {}",
            entry["ErrorMessage"].as_str().unwrap_or_default()
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_plain_http() {
        assert!(BusClient::new("http://127.0.0.1:4566").is_ok());
        assert!(BusClient::new("http://localhost/").is_ok());
        for wrong in [
            "",
            "127.0.0.1:4566",
            "https://events.us-east-1.amazonaws.com",
            "http://a/b",
            "http://u:p@a",
            "http://a?b",
        ] {
            assert_eq!(BusClient::new(wrong).unwrap_err(), InvalidEndpoint(wrong.to_owned()));
        }
    }

    #[test]
    fn each_entry_is_answered() {
        let answer = json!({ "FailedEntryCount": 1, "Entries": [{ "EventId": "1" }, { "ErrorCode": "MalformedDetail", "ErrorMessage": "m" }] });
        let bytes = answer.to_string().into_bytes();
        let Delivery::Answered(taken) = answered(&bytes, 2) else {
            panic!("{answer}")
        };
        assert_eq!(taken, [Ok(()), Err("MalformedDetail: m".to_owned())]);
        assert!(matches!(answered(&bytes, 3), Delivery::Failed(_)));
        assert!(matches!(answered(b"{}", 0), Delivery::Failed(_)));
        assert!(matches!(answered(b"<html>", 0), Delivery::Failed(_)));
    }
}
