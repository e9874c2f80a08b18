//! What a client is told when a request fails. In: a kind and a message. Out: the status, the body `{"Code","Message"}` and
//! the header `x-amzn-ErrorType`, from which every AWS SDK takes the name of the error.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

/// The header with the name of the error.
pub(crate) const ERROR_TYPE: &str = "x-amzn-errortype";

/// A refusal or failure of one request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", kind.code())]
pub(crate) struct ServiceError {
    kind: ErrorKind,
    message: String,
}

/// The kinds of failures: those of the API model, those of AWS's signatures, and those of the HTTP server around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    BadRequest,
    Forbidden,
    NotFound,
    Conflict,
    Gone,
    PreconditionFailed,
    InternalServerError,
    ServiceUnavailable,
    MissingAuthenticationToken,
    IncompleteSignature,
    UnrecognizedClient,
    InvalidSignature,
    RequestTimeout,
    PayloadTooLarge,
    UnknownOperation,
    Validation,
    Serialization,
    InvalidEventPattern,
}

impl ErrorKind {
    fn code(self) -> &'static str {
        match self {
            Self::BadRequest => "BadRequest",
            Self::Forbidden => "Forbidden",
            Self::NotFound => "NotFound",
            Self::Conflict => "Conflict",
            Self::Gone => "Gone",
            Self::PreconditionFailed => "PreconditionFailed",
            Self::MissingAuthenticationToken => "MissingAuthenticationToken",
            Self::IncompleteSignature => "IncompleteSignature",
            Self::UnrecognizedClient => "UnrecognizedClient",
            Self::InvalidSignature => "InvalidSignature",
            Self::InternalServerError => "InternalServerError",
            Self::ServiceUnavailable => "ServiceUnavailable",
            Self::RequestTimeout => "RequestTimeout",
            Self::PayloadTooLarge => "PayloadTooLarge",
            Self::UnknownOperation => "UnknownOperation",
            Self::Validation => "Validation",
            Self::Serialization => "Serialization",
            Self::InvalidEventPattern => "InvalidEventPattern",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::BadRequest | Self::Validation | Self::Serialization | Self::InvalidEventPattern => {
                StatusCode::BAD_REQUEST
            }
            Self::Forbidden
            | Self::MissingAuthenticationToken
            | Self::IncompleteSignature
            | Self::UnrecognizedClient
            | Self::InvalidSignature => StatusCode::FORBIDDEN,
            Self::Gone => StatusCode::GONE,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::NotFound | Self::UnknownOperation => StatusCode::NOT_FOUND,
            Self::Conflict => StatusCode::CONFLICT,
            Self::InternalServerError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }
}

impl ServiceError {
    /// Returns the refusal of a request that is none of the operations.
    pub(crate) fn unknown_operation(request: &Request) -> Self {
        let message = format!("{} {} is not an operation", request.method(), request.uri().path());
        Self::new(ErrorKind::UnknownOperation, message)
    }

    /// Returns the refusal of what took longer than it may.
    pub(crate) fn late(what: &str, limit: Duration) -> Self {
        let message = format!("{what} took longer than {} seconds", limit.as_secs_f32());
        Self::new(ErrorKind::RequestTimeout, message)
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { kind, message }
    }

    /// Returns the failure of what ended without an answer.
    pub(crate) fn broken_off() -> Self {
        Self::new(ErrorKind::InternalServerError, "the operation broke off")
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::BadRequest, message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, message)
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, message)
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.kind.status()
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let body = json!({ "Code": self.kind.code(), "Message": self.message });
        self.respond(&body)
    }

    /// The same as services of the JSON protocol answer, which EventBridge itself is one of.
    pub(crate) fn into_json_protocol(self) -> Response<Body> {
        let body = json!({ "__type": format!("{}Exception", self.kind.code()), "message": self.message });
        self.respond(&body)
    }

    fn respond(&self, body: &Value) -> Response<Body> {
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = self.kind.status();
        let name = HeaderValue::from_str(&format!("{}Exception", self.kind.code()));
        let name = name.expect("codes are ASCII letters");
        response.headers_mut().insert(ERROR_TYPE, name);
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        response
    }
}

/// A database that is busy for longer than its timeout may serve the next try; anything else is a fault of the server.
impl From<rusqlite::Error> for ServiceError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
        let kind = match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => ErrorKind::ServiceUnavailable,
            _ => ErrorKind::InternalServerError,
        };
        Self::new(kind, format!("the database failed: {error}"))
    }
}
