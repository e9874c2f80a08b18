//! Failures of the SDK as failures of a remote. In: an `SdkError` of any operation. Out: a [`RemoteError`] with the kind
//! that the caller decides by, and what the service or the network said.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_schemas::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use schemactl_workspace::{RemoteError, RemoteErrorKind};

/// Error codes that mean: who are you? They come from AWS's front, which every service shares.
const IDENTITY_CODES: [&str; 7] = [
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch",
    "UnauthorizedException",
    "UnrecognizedClientException",
];

/// What failed: the operation as the service names it, and what it was called for.
pub(crate) fn remote_error<E>(
    operation: &'static str,
    subject: String,
    error: &SdkError<E, HttpResponse>,
) -> RemoteError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let message = match error.as_service_error() {
        Some(service) => service.message().or(service.code()).unwrap_or("no message").to_owned(),
        None => chain(error),
    };
    RemoteError {
        kind: kind(error),
        operation,
        subject,
        message,
    }
}

fn kind<E>(error: &SdkError<E, HttpResponse>) -> RemoteErrorKind
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        SdkError::ServiceError(context) => service_kind(
            context.err().code().unwrap_or_default(),
            context.raw().status().as_u16(),
        ),
        other if has_credentials_error(other) => RemoteErrorKind::Credentials,
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) => RemoteErrorKind::Unreachable,
        _ => RemoteErrorKind::Other,
    }
}

/// By code first: UpdateSchema answers a ConflictException that its model does not list, so the SDK has no type for it.
fn service_kind(code: &str, status: u16) -> RemoteErrorKind {
    match (code, status) {
        (code, _) if IDENTITY_CODES.contains(&code) => RemoteErrorKind::Credentials,
        ("ConflictException", _) | (_, 409) => RemoteErrorKind::Conflict,
        ("NotFoundException", _) | (_, 404) => RemoteErrorKind::NotFound,
        ("TooManyRequestsException" | "ThrottlingException", _) | (_, 429) => RemoteErrorKind::Throttled,
        (_, 401) => RemoteErrorKind::Credentials,
        ("AccessDeniedException" | "ForbiddenException", _) | (_, 403) => RemoteErrorKind::Refused,
        _ => RemoteErrorKind::Other,
    }
}

fn sources<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    fn source<'e>(error: &&'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
        (**error).source()
    }
    std::iter::successors(Some(error), source)
}

fn has_credentials_error(error: &(dyn Error + 'static)) -> bool {
    sources(error).any(|error| error.downcast_ref::<CredentialsError>().is_some())
}

/// The SDK tells its story from the outside in; the last sentence is the one that helps.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in sources(error).map(ToString::to_string) {
        if parts.last().is_none_or(|last| !last.contains(&part)) {
            parts.push(part);
        }
    }
    parts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_decide_before_statuses() {
        for (code, status, expected) in [
            ("ConflictException", 409, RemoteErrorKind::Conflict),
            ("NotFoundException", 404, RemoteErrorKind::NotFound),
            ("ForbiddenException", 403, RemoteErrorKind::Refused),
            ("AccessDeniedException", 403, RemoteErrorKind::Refused),
            ("ExpiredTokenException", 403, RemoteErrorKind::Credentials),
            ("UnauthorizedException", 401, RemoteErrorKind::Credentials),
            ("TooManyRequestsException", 429, RemoteErrorKind::Throttled),
            ("", 429, RemoteErrorKind::Throttled),
            ("InternalServerErrorException", 500, RemoteErrorKind::Other),
            ("BadRequestException", 400, RemoteErrorKind::Other),
        ] {
            assert_eq!(service_kind(code, status), expected, "{code} {status}");
        }
    }
}
