//! Signature Version 4 as a client makes it, written here a second time and on its own, so that the server is not held against
//! itself. The clients of AWS are the judges in `tests/tests`.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::macros::format_description;

/// A request that is to be signed, and everything that can be wrong with the signature.
#[derive(Clone)]
pub(crate) struct Signer {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    /// With its parameters in the order of the alphabet.
    pub(crate) query: String,
    pub(crate) body: String,
    pub(crate) host: String,
    pub(crate) access_key: &'static str,
    pub(crate) secret: &'static str,
    pub(crate) region: &'static str,
    pub(crate) service: &'static str,
    pub(crate) time: OffsetDateTime,
}

impl Signer {
    /// The head of the request without its length.
    pub(crate) fn lines(&self) -> Vec<String> {
        let format = format_description!("[year][month][day]T[hour][minute][second]Z");
        let date_time = self.time.format(format).unwrap();
        let date = &date_time[..8];
        // Every octet of the path that is sent is encoded once more, so that `%40` is signed as `%2540`.
        let path = self.path.replace('%', "%25");
        let (method, query, host) = (self.method, &self.query, &self.host);
        let digest = hex(&Sha256::digest(self.body.as_bytes()));
        let canonical =
            format!("{method}\n{path}\n{query}\nhost:{host}\nx-amz-date:{date_time}\n\nhost;x-amz-date\n{digest}");
        let scope = format!("{date}/{}/{}/aws4_request", self.region, self.service);
        let text = format!(
            "AWS4-HMAC-SHA256\n{date_time}\n{scope}\n{}",
            hex(&Sha256::digest(canonical.as_bytes()))
        );
        let mut key = format!("AWS4{}", self.secret).into_bytes();
        for step in scope.split('/') {
            key = keyed(&key, step.as_bytes());
        }
        let signature = hex(&keyed(&key, text.as_bytes()));
        let target = if query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{query}", self.path)
        };
        vec![
            format!("{method} {target} HTTP/1.1"),
            format!("Host: {host}"),
            format!("X-Amz-Date: {date_time}"),
            format!(
                "Authorization: AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}",
                self.access_key
            ),
        ]
    }
}

fn keyed(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
