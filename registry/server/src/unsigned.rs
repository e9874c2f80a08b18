//! What a request that nobody signed is told: how the same request is signed. In: the request. Out: a line for a shell, with curl, which
//! signs by itself.

use std::fmt::Write as _;

use axum::http::request::Parts;
use axum::http::{Method, header};

use crate::bus::TARGET_HEADER;
use crate::sigv4::canonical_query;

/// The longest body that is repeated, in bytes. A longer one is nothing to read in a message.
const SHOWN_BODY: usize = 1000;
/// The file that stands for a longer body.
const BODY_FILE: &str = "request.json";

/// Who may sign, and for what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signature<'s> {
    pub(crate) region: &'s str,
    pub(crate) service: &'s str,
    /// Whether the key counts. Any key does where it does not.
    pub(crate) verified: bool,
}

/// Returns the request as a line that signs it. A key that counts is not in it: shells have it in their environment.
pub(crate) fn curl_line(parts: &Parts, body: &[u8], signature: Signature<'_>) -> String {
    let Signature {
        region,
        service,
        verified,
    } = signature;
    let user = if verified {
        "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"
    } else {
        "local:local"
    };
    let mut line = format!("curl --aws-sigv4 aws:amz:{region}:{service} --user {user}");
    if parts.method != Method::GET {
        let _ = write!(line, " --request {}", parts.method);
    }
    for name in [TARGET_HEADER, header::CONTENT_TYPE.as_str()] {
        let value = parts.headers.get(name).and_then(|value| value.to_str().ok());
        // What curl sends with a body unless it is told otherwise.
        let value = value.filter(|value| *value != "application/x-www-form-urlencoded");
        let value = value.or((name == "content-type" && !body.is_empty()).then_some("application/json"));
        if let Some(value) = value {
            let _ = write!(line, " --header {}", quote(&format!("{name}: {value}")));
        }
    }
    if !body.is_empty() {
        let _ = match str::from_utf8(body) {
            Ok(text) if text.len() <= SHOWN_BODY => write!(line, " --data-raw {}", quote(text)),
            _ => write!(line, " --data-binary @{BODY_FILE}"),
        };
    }
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let mut url = format!("http://{}{}", host.unwrap_or("localhost"), parts.uri.path());
    if let Some(query) = parts.uri.query() {
        // curl before 8.3 signs the parameters in the order in which they come.
        let _ = write!(url, "?{}", canonical_query(query));
    }
    format!("{line} {}", quote(&url))
}

/// A word of a shell.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn line(request: Request<&str>, verified: bool) -> String {
        let (parts, body) = request.into_parts();
        let signature = Signature {
            region: "eu-west-1",
            service: "schemas",
            verified,
        };
        curl_line(&parts, body.as_bytes(), signature)
    }

    #[test]
    fn a_line_is_the_request() {
        let get = Request::get("/v1/registries?scope=Local&limit=1").header("host", "localhost:1");
        assert_eq!(
            line(get.body("").unwrap(), false),
            "curl --aws-sigv4 aws:amz:eu-west-1:schemas --user local:local 'http://localhost:1/v1/registries?limit=1&scope=Local'"
        );
        let post = Request::post("/v1/registries/name/a").header("host", "localhost:1");
        assert_eq!(
            line(post.body("{\"Description\":\"it's\"}").unwrap(), true),
            "curl --aws-sigv4 aws:amz:eu-west-1:schemas --user $AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY --request POST \
             --header 'content-type: application/json' --data-raw '{\"Description\":\"it'\\''s\"}' \
             'http://localhost:1/v1/registries/name/a'"
        );
        let long = "x".repeat(SHOWN_BODY + 1);
        let put = Request::put("/v1/policy").header("host", "localhost:1");
        assert!(line(put.body(long.as_str()).unwrap(), false).contains(" --data-binary @request.json "));
    }
}
