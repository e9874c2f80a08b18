//! Failures of the SDK as failures of a remote. In: an `SdkError` of any operation. Out: a [`RemoteError`] with the kind
//! that the caller decides by, and what the service or the network said, without secrets.

use std::error::Error;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_schemas::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use schemactl_push::{RemoteError, RemoteErrorKind};

use crate::answered::last_status;

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
    let foreign = error.raw_response().filter(|answer| !is_of_service(error, answer));
    let (kind, message) = match (foreign, error.as_service_error()) {
        (Some(answer), _) => (foreign_kind(answer.status().as_u16()), describe_answer(answer)),
        (None, Some(service)) => (kind(error), service_message(service)),
        (None, None) => match find_credentials_error(error) {
            Some(missing) => (kind(error), describe_credentials_error(missing)),
            None => (kind(error), name_innermost_cause(error)),
        },
    };
    RemoteError {
        kind,
        operation,
        subject,
        message: hide_secrets(&message),
        retry_after: retry_after(error),
    }
}

/// Returns the failure of an answer that says nothing although it ought to name `member`: an empty body is read as an answer without
/// members.
pub(crate) fn empty_answer(operation: &'static str, subject: String, member: &str) -> RemoteError {
    RemoteError {
        kind: RemoteErrorKind::Garbled,
        operation,
        subject,
        message: format!(
            "the answer has status {} and no `{member}`, so it is not an answer of the registry",
            last_status()
        ),
        retry_after: None,
    }
}

/// Returns the failure of an answer about another version or schema than was asked for.
pub(crate) fn other_answer(operation: &'static str, subject: String, number: &str) -> RemoteError {
    RemoteError {
        kind: RemoteErrorKind::Garbled,
        operation,
        subject,
        message: format!(
            "the answer has status {} and names version number {number}, which was not requested",
            last_status()
        ),
        retry_after: None,
    }
}

/// The code goes first where it says more than the message: quotas have codes, and messages in many words.
fn service_message(error: &impl ProvideErrorMetadata) -> String {
    let (code, message) = (error.code().unwrap_or_default(), error.message().unwrap_or_default());
    match (code, message) {
        (code, "") => code.to_owned(),
        (code, message) if code.contains("Quota") || code.contains("LimitExceeded") => format!("{code}: {message}"),
        (_, message) => message.to_owned(),
    }
}

/// Returns whether the service has answered: every error of AWS has a code, in a header or in its body. What has none comes from a proxy, a
/// login page or a load balancer.
fn is_of_service<E>(error: &SdkError<E, HttpResponse>, answer: &HttpResponse) -> bool
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let marked = ["x-amzn-errortype", "x-amzn-requestid"]
        .iter()
        .any(|name| answer.headers().get(*name).is_some());
    let code = error.as_service_error().and_then(|service| service.code());
    marked && !answer.status().is_success() || code.is_some()
}

/// What an answer means that the service did not give. One that may be another one a moment later is asked for again.
fn foreign_kind(status: u16) -> RemoteErrorKind {
    match status {
        // A page or a cached answer in place of ours.
        200..=299 | 304 => RemoteErrorKind::Garbled,
        429 => RemoteErrorKind::Throttled,
        408 | 500.. => RemoteErrorKind::Unavailable,
        _ => RemoteErrorKind::Intercepted,
    }
}

/// As many bytes of a foreign answer as tell a proxy from a login page.
const SHOWN_BYTES: usize = 120;

fn describe_answer(answer: &HttpResponse) -> String {
    let status = answer.status().as_u16();
    let leads = answer.headers().get("location");
    let leads = leads.map_or_else(String::new, |to| format!(", to {to}"));
    let body = answer.body().bytes().unwrap_or_default();
    let shown = String::from_utf8_lossy(&body[..body.len().min(SHOWN_BYTES)]);
    let words: Vec<_> = shown
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let begins = match (words.is_empty(), body.len() > SHOWN_BYTES) {
        (true, _) => "it is empty".to_owned(),
        (false, cut) => format!("it starts with `{}{}`", words.join(" "), if cut { "…" } else { "" }),
    };
    format!("status {status}{leads}: the answer is not one of the registry; {begins}")
}

/// The longest wait that a service may ask for.
const LONGEST_PAUSE: u64 = 300;

/// `Retry-After`, in seconds (RFC 9110 §10.2.3).
fn retry_after<E>(error: &SdkError<E, HttpResponse>) -> Option<Duration> {
    let seconds = error.raw_response()?.headers().get("retry-after")?;
    let seconds: u64 = seconds.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.min(LONGEST_PAUSE)))
}

/// A message without what nobody may read: a refused signature is answered with all that was signed, a session token
/// included, and a URL may hold a password.
pub(crate) fn hide_secrets(message: &str) -> String {
    let cut = SIGNED.iter().filter_map(|start| message.find(start)).min();
    let message = match cut {
        Some(at) => format!("{}(the signed text is omitted)", &message[..at]),
        None => message.to_owned(),
    };
    let words = message.split_inclusive([' ', '\n', '\t', ',', '"', '\'', '&', '(', ')']);
    words.map(|word| if is_secret(word) { "*** " } else { word }).collect()
}

/// How AWS begins to repeat what was signed.
const SIGNED: [&str; 2] = ["The Canonical String", "The String-to-Sign"];

fn is_secret(word: &str) -> bool {
    let marks = [
        "Signature=",
        "Credential=",
        "X-Amz-Security-Token",
        "x-amz-security-token",
    ];
    let has_password = word
        .split_once("://")
        .is_some_and(|(_, rest)| rest.split('/').next().unwrap_or_default().contains('@'));
    // Session tokens and secret keys are long and have no spaces; ARNs and names have colons, dots or dashes.
    let letters = word.trim_end().trim_end_matches([',', '"', '\'', ')']);
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    let is_key = letters.len() >= 40 && letters.bytes().all(base64);
    has_password || is_key || marks.iter().any(|mark| word.contains(mark))
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
        // An answer that broke off.
        SdkError::ResponseError(_) => RemoteErrorKind::Unavailable,
        _ => RemoteErrorKind::Other,
    }
}

/// By code first: UpdateSchema answers a ConflictException that its model does not list, so the SDK has no type for it.
fn service_kind(code: &str, status: u16) -> RemoteErrorKind {
    match (code, status) {
        (code, _) if IDENTITY_CODES.contains(&code) => RemoteErrorKind::Credentials,
        ("ConflictException", _) | (_, 409) => RemoteErrorKind::Conflict,
        ("NotFoundException", _) | (_, 404) => RemoteErrorKind::NotFound,
        (code, _) if code.contains("Quota") || code.contains("LimitExceeded") => RemoteErrorKind::Refused,
        ("TooManyRequestsException" | "ThrottlingException", _) | (_, 429) => RemoteErrorKind::Throttled,
        (_, 401) => RemoteErrorKind::Credentials,
        ("AccessDeniedException" | "ForbiddenException", _) | (_, 403) => RemoteErrorKind::Refused,
        (_, 408 | 500..) => RemoteErrorKind::Unavailable,
        ("BadRequestException", 400) => RemoteErrorKind::Invalid,
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
    find_credentials_error(error).is_some()
}

fn find_credentials_error<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    sources(error).find(|error| error.is::<CredentialsError>())
}

/// Returns why there are no credentials, without the layers of the SDK around it: its causes, or that nothing has any.
pub(crate) fn describe_credentials_error(error: &(dyn Error + 'static)) -> String {
    let cause = error.source().map(name_innermost_cause).unwrap_or_default();
    if cause.is_empty() || cause.starts_with(NO_PROVIDER) {
        return "neither environment variables nor the AWS profile name any, and this machine has no role".to_owned();
    }
    cause
        .replace("\\n", " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// How the SDK begins where it has asked every provider; it lists them one by one.
const NO_PROVIDER: &str = "no credentials found in chain";

/// The SDK tells its story from the outside in; the last sentence is the one that helps.
pub(crate) fn name_innermost_cause(error: &(dyn Error + 'static)) -> String {
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
            ("InternalServerErrorException", 500, RemoteErrorKind::Unavailable),
            ("", 503, RemoteErrorKind::Unavailable),
            ("BadRequestException", 400, RemoteErrorKind::Invalid),
            ("ServiceQuotaExceededException", 402, RemoteErrorKind::Refused),
            ("LimitExceededException", 429, RemoteErrorKind::Refused),
        ] {
            assert_eq!(service_kind(code, status), expected, "{code} {status}");
        }
    }

    #[test]
    fn secrets_are_left_out_and_nothing_else() {
        let plain = "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: schemas:UpdateSchema on \
                     resource: arn:aws:schemas:eu-west-1:123456789012:schema/events/com.myapp.orders@OrderPlaced because no \
                     identity-based policy allows the schemas:UpdateSchema action";
        assert_eq!(hide_secrets(plain), plain);
        let signed = "The request signature we calculated does not match. The Canonical String for this request should \
                      have been 'POST\nx-amz-security-token:FwoGZXIvYXdzEXAMPLE'";
        assert_eq!(
            hide_secrets(signed),
            "The request signature we calculated does not match. (the signed text is omitted)"
        );
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        for text in [
            format!("invalid token {secret}, try again"),
            "AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=abc".to_owned(),
            "error sending to http://user:secret@proxy:8080/v1".to_owned(),
        ] {
            let shown = hide_secrets(&text);
            let hidden = [secret, "AKIA", "abc", "user:secret"]
                .iter()
                .all(|part| !shown.contains(part));
            assert!(hidden, "{shown}");
        }
    }
}
