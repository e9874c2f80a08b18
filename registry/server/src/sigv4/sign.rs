//! Signs requests that go out. In: a key and a request. Out: the headers that carry the signature.

use time::OffsetDateTime;

use super::{ALGORITHM, CredentialScope, PathForm, Signed, date_time, hex_digits};
use hmac::Mac;

/// A key pair and what it signs for.
#[derive(Clone)]
pub(crate) struct Signer {
    pub(crate) access_key: String,
    pub(crate) secret: String,
    pub(crate) region: String,
    pub(crate) service: &'static str,
}

/// The headers `authorization` and `x-amz-date` of a POST. `headers` are the others that the signature shall cover, in lower case
/// and in the order of the alphabet; all of them come before `x-amz-date`.
pub(crate) fn signed_headers(
    signer: &Signer,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    now: OffsetDateTime,
) -> [(&'static str, String); 2] {
    let date_time = date_time(now);
    let date = &date_time[..8];
    let covered = headers.iter().map(|(name, value)| (*name, (*value).to_owned()));
    let signed = Signed {
        method: "POST",
        path,
        query: "",
        headers: covered.chain([("x-amz-date", date_time.clone())]).collect(),
        body,
    };
    let Signer {
        access_key,
        secret,
        region,
        service,
    } = signer;
    let scope = CredentialScope { date, region, service };
    let signature = hex_digits(
        &signed
            .mac(secret, scope, &date_time, PathForm::Encoded)
            .finalize()
            .into_bytes(),
    );
    let names = signed.names();
    let authorization = format!(
        "{ALGORITHM} Credential={access_key}/{date}/{region}/{service}/aws4_request, SignedHeaders={names}, Signature={signature}"
    );
    [("authorization", authorization), ("x-amz-date", date_time)]
}
