//! Who may speak to the server. It listens on loopback and verifies no signatures unless asked to, so the danger is a web page
//! in the user's browser: it can send requests to 127.0.0.1, by its own origin or under a host name that it has pointed there
//! (DNS rebinding). In: the headers, the target and the body of a request. Out: the body in memory, or the refusal.

use std::net::IpAddr;

use axum::body::{Body, Bytes};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use http_body_util::BodyExt;

use crate::error::{ErrorKind, ServiceError};
use crate::names::shorten_text;

/// The largest body in bytes: a content of 100,000 characters fits with every character in its longest form, twelve bytes
/// (`\ud83d\ude00`), and with it a description and the most tags.
pub(crate) const BODY_LIMIT: usize = 2 * 1024 * 1024;
/// The same of GetDiscoveredSchema: ten events of 100,000 characters.
pub(crate) const DISCOVER_LIMIT: usize = 13 * 1024 * 1024;
/// The same of PutEvents: 1 MB with every byte in its longest form, six bytes (`\u0022`).
pub(crate) const EVENTS_LIMIT: usize = 7 * 1024 * 1024;
/// How much of a body that is too large is read, in bytes. A client that writes before it reads would otherwise find the
/// connection reset in place of the answer.
const DRAIN_LIMIT: usize = 32 * 1024 * 1024;

/// Which names a request may have for the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AllowedHosts {
    /// Those of this machine.
    Local,
    /// Any. The signature covers the name, and is verified.
    Any,
}

/// Lets programs through, and nothing that a browser sends for a page.
pub(crate) fn admit_request(hosts: AllowedHosts, uri: &Uri, headers: &HeaderMap) -> Result<(), ServiceError> {
    if headers.contains_key(header::ORIGIN) {
        return Err(forbidden(
            "requests of web pages are rejected: the request has an Origin",
        ));
    }
    // Browsers say which site a request comes from, also where they send no Origin.
    if headers
        .get("sec-fetch-site")
        .is_some_and(|site| site == "cross-site" || site == "same-site")
    {
        return Err(forbidden(
            "requests of web pages are rejected: the request is of another site",
        ));
    }
    let allowed = |host: &HeaderValue| hosts == AllowedHosts::Any || is_local_header(host);
    let mut named = headers.get_all(header::HOST).iter();
    match (named.next(), named.next()) {
        (Some(host), None) if allowed(host) => {}
        (Some(host), None) => {
            let host = shorten_text(&String::from_utf8_lossy(host.as_bytes()));
            return Err(forbidden(&format!("the Host `{host}` is not this machine")));
        }
        _ => return Err(forbidden("a request must have one Host")),
    }
    match uri.authority() {
        Some(authority) if hosts == AllowedHosts::Local && !is_local(authority) => {
            Err(forbidden("this server is not a proxy"))
        }
        _ => Ok(()),
    }
}

/// Reads a body, or refuses one that is larger than `limit` bytes.
pub(crate) async fn read_body(mut body: Body, limit: usize) -> Result<Bytes, ServiceError> {
    let mut read = Vec::new();
    let mut size = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| ServiceError::bad_request(format!("the body broke off: {error}")))?;
        let data = frame.into_data().unwrap_or_default();
        size += data.len();
        if size > DRAIN_LIMIT {
            break;
        }
        if size <= limit {
            read.extend_from_slice(&data);
        }
    }
    if size > limit {
        let message = format!("the body is larger than {limit} bytes");
        return Err(ServiceError::new(ErrorKind::PayloadTooLarge, message));
    }
    Ok(read.into())
}

fn is_local_header(host: &HeaderValue) -> bool {
    Authority::try_from(host.as_bytes()).is_ok_and(|authority| is_local(&authority))
}

/// An address of this machine or its name. An address cannot be pointed elsewhere, as a name can.
fn is_local(authority: &Authority) -> bool {
    let host = authority.host();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let local = host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback());
    !authority.as_str().contains('@') && local
}

fn forbidden(message: &str) -> ServiceError {
    ServiceError::new(ErrorKind::Forbidden, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(uri: &str, headers: &[(header::HeaderName, &str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, value.parse().unwrap());
        }
        admit_request(AllowedHosts::Local, &uri.parse().unwrap(), &map).is_ok()
    }

    #[test]
    fn only_names_of_this_machine_are_hosts() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:4577",
            "localhost:1",
            "LocalHost",
            "[::1]",
            "[::1]:80",
            "127.0.0.2:80",
        ] {
            assert!(admitted("/v1/registries", &[(header::HOST, host)]), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:4577",
            "localhost.evil.example",
            "127.0.0.1.nip.io",
            "x@localhost",
            "0.0.0.0",
            "127.1",
            "2130706433",
            "10.0.0.1",
            "::1",
            "localhost evil",
        ] {
            assert!(!admitted("/v1/registries", &[(header::HOST, host)]), "{host}");
        }
    }

    #[test]
    fn pages_and_proxies_are_refused() {
        let host = (header::HOST, "localhost");
        assert!(!admitted("/", &[]));
        assert!(!admitted("/", &[host.clone(), (header::HOST, "evil.example")]));
        assert!(!admitted("/", &[host.clone(), (header::ORIGIN, "http://localhost")]));
        assert!(!admitted("/", &[host.clone(), (header::ORIGIN, "null")]));
        assert!(!admitted("http://evil.example/", std::slice::from_ref(&host)));
        let site = |site| [host.clone(), (header::HeaderName::from_static("sec-fetch-site"), site)];
        assert!(!admitted("/", &site("cross-site")) && !admitted("/", &site("same-site")));
        assert!(admitted("/", &site("none")) && admitted("/", &site("same-origin")));
        assert!(admitted("http://localhost:80/", &[host]));
    }
}
