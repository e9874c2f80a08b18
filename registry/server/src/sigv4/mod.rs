//! AWS Signature Version 4: what is signed and how. In: a request and a key. Out: its signature. `verify_signature` compares signatures of
//! requests that come in, `sign` makes those of requests that go out; both build the same text from the same parts.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

mod authorization;
mod sign;
mod verify;

pub(crate) use authorization::Authorization;
pub(crate) use sign::{Signer, signed_headers};
pub(crate) use verify::{Keys, verify_signature};

/// The one algorithm of this version.
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// How a time is written in the header `x-amz-date`.
pub(crate) const DATE: &[BorrowedFormatItem<'static>] =
    format_description!("[year][month][day]T[hour][minute][second]Z");
/// Everything but the unreserved characters of RFC 3986 is encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const ENCODED_IN_PATHS: &AsciiSet = &ENCODED.remove(b'/');

/// What a signature covers.
#[derive(Clone, Debug)]
pub(crate) struct Signed<'r> {
    pub(crate) method: &'r str,
    /// The path as it is sent, encoded.
    pub(crate) path: &'r str,
    /// The query as it is sent, without the question mark.
    pub(crate) query: &'r str,
    /// The signed headers: lower-case names in the order of the alphabet, and values.
    pub(crate) headers: Vec<(&'r str, String)>,
    pub(crate) body: &'r [u8],
}

/// For which day, region and service a key is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CredentialScope<'r> {
    /// `20261124`
    pub(crate) date: &'r str,
    pub(crate) region: &'r str,
    pub(crate) service: &'r str,
}

/// How a path stands in the text that is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathForm {
    /// Encoded once more, as Signature Version 4 has it for every service but S3.
    Encoded,
    /// As S3 has it, and curl before 8.3 for all services.
    AsSent,
}

impl Signed<'_> {
    /// The text that the key is applied to.
    fn text(&self, scope: CredentialScope<'_>, date_time: &str, path: PathForm) -> String {
        let CredentialScope { date, region, service } = scope;
        let request = hex_digits(&Sha256::digest(self.canonical(path)));
        format!("{ALGORITHM}\n{date_time}\n{date}/{region}/{service}/aws4_request\n{request}")
    }

    fn canonical(&self, path: PathForm) -> String {
        let path = match path {
            PathForm::Encoded => utf8_percent_encode(self.path, ENCODED_IN_PATHS).to_string(),
            PathForm::AsSent => self.path.to_owned(),
        };
        let mut text = format!("{}\n{path}\n{}\n", self.method, canonical_query(self.query));
        for (name, value) in &self.headers {
            let value = value.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
            let _ = writeln!(text, "{name}:{value}");
        }
        let _ = write!(text, "\n{}\n{}", self.names(), hex_digits(&Sha256::digest(self.body)));
        text
    }

    /// The names of the signed headers, as the header `Authorization` lists them.
    fn names(&self) -> String {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| *name).collect();
        names.join(";")
    }

    fn mac(&self, secret: &str, scope: CredentialScope<'_>, date_time: &str, path: PathForm) -> Hmac<Sha256> {
        let first = format!("AWS4{secret}");
        let steps = [scope.date, scope.region, scope.service, "aws4_request"];
        let key = steps.iter().fold(first.into_bytes(), |key, step| {
            keyed(&key, step.as_bytes()).finalize().into_bytes().to_vec()
        });
        keyed(&key, self.text(scope, date_time, path).as_bytes())
    }
}

fn keyed(key: &[u8], text: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac
}

/// The parameters sorted, each decoded and encoded again, so that both sides write them alike.
pub(crate) fn canonical_query(query: &str) -> String {
    let encode = |text: &str| {
        let decoded: Vec<u8> = percent_decode_str(text).collect();
        percent_encoding::percent_encode(&decoded, ENCODED).to_string()
    };
    let parameters = query.split('&').filter(|parameter| !parameter.is_empty());
    let mut parameters: Vec<_> = parameters
        .map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")))
        .map(|(name, value)| (encode(name), encode(value)))
        .collect();
    parameters.sort();
    let parameters: Vec<_> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    parameters.join("&")
}

/// A time as the header `x-amz-date` has it.
pub(crate) fn date_time(now: OffsetDateTime) -> String {
    now.format(DATE).expect("years of four digits have this format")
}

pub(crate) fn hex_digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of AWS's own documentation: GET ListUsers of IAM.
    #[test]
    fn the_published_example_has_its_published_signature() {
        let signed = Signed {
            method: "GET",
            path: "/",
            query: "Action=ListUsers&Version=2010-05-08",
            headers: vec![
                (
                    "content-type",
                    "application/x-www-form-urlencoded; charset=utf-8".to_owned(),
                ),
                ("host", "iam.amazonaws.com".to_owned()),
                ("x-amz-date", "20150830T123600Z".to_owned()),
            ],
            body: b"",
        };
        let scope = CredentialScope {
            date: "20150830",
            region: "us-east-1",
            service: "iam",
        };
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let mac = signed.mac(secret, scope, "20150830T123600Z", PathForm::Encoded);
        let signature = mac.finalize().into_bytes();
        assert_eq!(
            hex_digits(&signature),
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
        );
    }

    #[test]
    fn queries_have_one_spelling() {
        assert_eq!(canonical_query("b=2&a=%7e+x&a=1&c"), "a=1&a=~%2Bx&b=2&c=");
        assert_eq!(canonical_query(""), "");
    }
}
