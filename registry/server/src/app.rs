//! What every request needs: the data, the settings, who may ask. In: a request. Out: its head and body, if it is let in.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::request::Parts;
use tokio::time::timeout;

use crate::access::Access;
use crate::bus::BusClient;
use crate::error::ServiceError;
use crate::facts::FactsSetting;
use crate::guard::{self, AllowedHosts};
use crate::judge::JudgeThread;
use crate::log::RequestLog;
use crate::service::Service;
use crate::store::Store;
use crate::worker::WorkerWaker;

/// What every request needs.
pub(crate) struct App {
    pub(crate) store: Arc<Store>,
    pub(crate) service: Arc<Service>,
    pub(crate) access: Arc<Access>,
    pub(crate) hosts: AllowedHosts,
    /// How long a body may take.
    pub(crate) body_timeout: Duration,
    pub(crate) wake: WorkerWaker,
    /// Where PutEvents goes on to.
    pub(crate) bus: Option<BusClient>,
    /// What changes mean, for the pages.
    pub(crate) court: JudgeThread,
    /// What is known of events, for the pages.
    pub(crate) facts: FactsSetting,
    pub(crate) log: Arc<RequestLog>,
}

impl App {
    /// Returns the head and the whole body of a request, of `limit` bytes at most.
    pub(crate) async fn read_request(&self, request: Request, limit: usize) -> Result<(Parts, Bytes), ServiceError> {
        let (parts, body) = request.into_parts();
        match timeout(self.body_timeout, guard::read_body(body, limit)).await {
            Ok(read) => Ok((parts, read?)),
            Err(_) => Err(ServiceError::late("the body", self.body_timeout)),
        }
    }

    /// Returns the body of a request of another service, which is let in as often as it comes.
    pub(crate) async fn admit_body(&self, request: Request, service: &str) -> Result<Bytes, ServiceError> {
        let (parts, body) = self.read_request(request, guard::EVENTS_LIMIT).await?;
        self.access.admit(&parts, &body, service, || false)?;
        Ok(body)
    }
}
