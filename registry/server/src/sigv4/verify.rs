//! Whether a request was signed with a key that is known here. In: the parts of a request, the keys, the time. Out: nothing, or
//! the refusal with AWS's name and words.

use axum::http::HeaderMap;
use axum::http::request::Parts;
use hmac::Mac;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

use super::{Authorization, DATE, PathForm, Signed, date_time};
use crate::error::{ErrorKind, ServiceError};

/// How far the clock of a client may be off.
const SKEW: Duration = Duration::minutes(15);
const DATE_HEADER: &str = "x-amz-date";

/// The key pair that requests must be signed with, and the region they must be signed for.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Keys {
    pub(crate) access_key: String,
    pub(crate) secret: String,
    pub(crate) region: String,
}

/// A secret is not shown, whatever is printed.
impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("access_key", &self.access_key)
            .finish_non_exhaustive()
    }
}

/// Refuses a request that was not signed with the key, for this region and service, within a quarter of an hour of `now`.
pub(crate) fn verify_signature(
    keys: &Keys,
    authorization: &Authorization,
    service: &str,
    parts: &Parts,
    body: &[u8],
    now: OffsetDateTime,
) -> Result<(), ServiceError> {
    if authorization.access_key != keys.access_key {
        let message = "The security token included in the request is invalid.";
        return Err(ServiceError::new(ErrorKind::UnrecognizedClient, message));
    }
    in_scope(keys, authorization, service)?;
    let date = header(&parts.headers, DATE_HEADER)
        .ok_or_else(|| incomplete("Authorization header requires existence of a 'X-Amz-Date' header."))?;
    in_time(&date, authorization, now)?;
    let signed = Signed {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        headers: headers(authorization, &parts.headers)?,
        body,
    };
    let signature = unhex(&authorization.signature);
    let matches = |path| {
        let mac = signed.mac(&keys.secret, authorization.scope(), &date, path);
        // Compares in constant time.
        mac.verify_slice(&signature).is_ok()
    };
    // A signature of the second form is of this path and of no other: no name here has a percent sign, so that what is encoded once more
    // names nothing.
    if matches(PathForm::Encoded) || matches(PathForm::AsSent) {
        return Ok(());
    }
    Err(invalid(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing \
         method. Consult the service documentation for details.",
    ))
}

fn in_scope(keys: &Keys, authorization: &Authorization, service: &str) -> Result<(), ServiceError> {
    if authorization.service != service {
        let message = format!("Credential should be scoped to correct service: '{service}'.");
        return Err(invalid(&message));
    }
    if authorization.region != keys.region {
        let message = format!(
            "Credential should be scoped to a valid region, not '{}'.",
            authorization.region
        );
        return Err(invalid(&message));
    }
    Ok(())
}

fn in_time(date: &str, authorization: &Authorization, now: OffsetDateTime) -> Result<(), ServiceError> {
    let signed = PrimitiveDateTime::parse(date, DATE)
        .map_err(|_| incomplete("Date must be in ISO-8601 'basic format'."))?
        .assume_utc();
    if !date.starts_with(authorization.scope().date) {
        return Err(invalid(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
        ));
    }
    let shown = date_time(now);
    if signed < now - SKEW {
        let earliest = date_time(now - SKEW);
        return Err(invalid(&format!(
            "Signature expired: {date} is now earlier than {earliest} ({shown} - 15 min.)"
        )));
    }
    if signed > now + SKEW {
        let latest = date_time(now + SKEW);
        return Err(invalid(&format!(
            "Signature not yet current: {date} is still later than {latest} ({shown} + 15 min.)"
        )));
    }
    Ok(())
}

/// The headers that the signature says it covers. One that is not there was taken out on the way; an `x-amz` header that it does
/// not cover was put in.
fn headers<'r>(authorization: &'r Authorization, headers: &HeaderMap) -> Result<Vec<(&'r str, String)>, ServiceError> {
    let signed = |name: &str| authorization.signed_headers.iter().any(|signed| signed == name);
    let unsigned = headers
        .keys()
        .find(|name| name.as_str().starts_with("x-amz-") && !signed(name.as_str()));
    if let Some(name) = unsigned {
        return Err(invalid(&format!(
            "'{name}' must be a 'SignedHeader' in the AWS Authorization."
        )));
    }
    let covered = authorization.signed_headers.iter().map(|name| {
        let value = header(headers, name);
        value
            .map(|value| (name.as_str(), value))
            .ok_or_else(|| invalid(&format!("the signed header '{name}' is missing.")))
    });
    covered.collect()
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let values = headers.get_all(name).iter();
    let values: Vec<_> = values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    (!values.is_empty()).then(|| values.join(","))
}

/// [`Authorization`] holds nothing but hexadecimal digits here.
fn unhex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
            .unwrap_or(0)
    };
    text.as_bytes()
        .chunks_exact(2)
        .map(|pair| digit(pair[0]) * 16 + digit(pair[1]))
        .collect()
}

fn invalid(message: &str) -> ServiceError {
    ServiceError::new(ErrorKind::InvalidSignature, message)
}

fn incomplete(message: &str) -> ServiceError {
    ServiceError::new(ErrorKind::IncompleteSignature, message)
}
