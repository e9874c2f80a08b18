//! Who may call an operation. In: a request and its body. Out: nothing, or AWS's refusal. A request must always carry a
//! signature, as every SDK sends one. It is verified where keys are set; otherwise any well-formed one will do.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::header;
use axum::http::request::Parts;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::error::{ErrorKind, ServiceError};
use crate::sigv4::{Authorization, Keys, verify_signature};
use crate::unsigned::{Signature, curl_line};

/// How long a signature is remembered: as long as it is valid, on both sides of the clock.
const REMEMBERED: Duration = Duration::minutes(31);
/// How many signatures there are before old ones are looked for.
const SWEEP: usize = 4096;

/// Returns a random key pair, for a server that is started without one.
pub fn new_key() -> (String, String) {
    let random = || Uuid::new_v4().simple().to_string();
    (random().to_uppercase()[..20].to_owned(), random() + &random())
}

/// The rule of one server.
#[derive(Debug)]
pub(crate) struct Access {
    region: String,
    keys: Option<Keys>,
    /// The signatures of changes that were made, with the time of each.
    used: Mutex<HashMap<String, OffsetDateTime>>,
}

/// A change that was let in, by its signature. Where signatures are not verified there is nothing to remember.
#[derive(Debug)]
pub(crate) struct Admitted(Option<String>);

impl Access {
    pub(crate) fn new(region: &str, keys: Option<Keys>) -> Self {
        Self {
            region: region.to_owned(),
            keys,
            used: Mutex::default(),
        }
    }

    /// Whether signatures are verified.
    pub(crate) fn verifies(&self) -> bool {
        self.keys.is_some()
    }

    /// Refuses a request without a signature, and where keys are set one with another's or for another `service`. One that is to be let
    /// in `once` has its signature taken until [`Access::settle`] gives it back.
    pub(crate) fn admit(
        &self,
        parts: &Parts,
        body: &[u8],
        service: &str,
        once: impl FnOnce() -> bool,
    ) -> Result<Admitted, ServiceError> {
        let header = parts
            .headers
            .get(header::AUTHORIZATION)
            .ok_or_else(|| self.unsigned(parts, body, service))?;
        let authorization = Authorization::parse(&String::from_utf8_lossy(header.as_bytes()))
            .map_err(|message| ServiceError::new(ErrorKind::IncompleteSignature, message))?;
        let Some(keys) = &self.keys else {
            return Ok(Admitted(None));
        };
        let now = OffsetDateTime::now_utc();
        verify_signature(keys, &authorization, service, parts, body, now)?;
        if !once() {
            return Ok(Admitted(None));
        }
        self.take(&authorization.signature, now)?;
        Ok(Admitted(Some(authorization.signature)))
    }

    /// A change that failed may be sent again as it was: an SDK that retries within a second signs alike.
    pub(crate) fn settle(&self, admitted: Admitted, succeeded: bool) {
        if let (Some(signature), false) = (admitted.0, succeeded) {
            self.used().remove(&signature);
        }
    }

    /// AWS's words, and what to do.
    fn unsigned(&self, parts: &Parts, body: &[u8], service: &str) -> ServiceError {
        let signature = Signature {
            region: &self.region,
            service,
            verified: self.verifies(),
        };
        let line = curl_line(parts, body, signature);
        let message = format!("Missing Authentication Token. Requests have to be signed, for example so: {line}");
        ServiceError::new(ErrorKind::MissingAuthenticationToken, message)
    }

    fn take(&self, signature: &str, now: OffsetDateTime) -> Result<(), ServiceError> {
        let mut used = self.used();
        if used.len() >= SWEEP {
            used.retain(|_, time| *time > now - REMEMBERED);
        }
        if used.insert(signature.to_owned(), now).is_some() {
            let message = "The request signature was used before: a signed change is accepted once.";
            return Err(ServiceError::new(ErrorKind::InvalidSignature, message));
        }
        Ok(())
    }

    /// Entries are whole whatever happened to another thread, so a poisoned lock is as good as another.
    fn used(&self) -> MutexGuard<'_, HashMap<String, OffsetDateTime>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
