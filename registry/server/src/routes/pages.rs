//! The pages of the list operations. In: `limit` and `nextToken` of a call. Out: the slice to read, and the token of the
//! page after it. A token is bound to the operation, the path and the filters it was made for, and survives a restart.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::call::Call;
use crate::error::ServiceError;
use crate::store::Slice;

/// The most rows of a page, and what a page has if the caller does not say. AWS documents no default.
const LIMIT: usize = 100;

/// What the caller asks for.
pub(super) fn requested_slice<K: DeserializeOwned>(call: &Call) -> Result<Slice<K>, ServiceError> {
    let limit = call.query("limit").map_or(Ok(LIMIT), limit)?;
    let after = call.query("nextToken").map(|token| after(call, token)).transpose()?;
    Ok(Slice { after, limit })
}

/// The token of the page after the row with the key `last`.
pub(super) fn next_token<K: Serialize>(call: &Call, last: Option<K>) -> Option<String> {
    let last = last?;
    let token = serde_json::to_vec(&(scope(call), last)).expect("texts and numbers are JSON");
    Some(hex(&token))
}

fn limit(text: &str) -> Result<usize, ServiceError> {
    let limit = text.parse().ok().filter(|limit| (1..=LIMIT).contains(limit));
    limit.ok_or_else(|| ServiceError::bad_request(format!("limit must be a number from 1 to {LIMIT}")))
}

fn after<K: DeserializeOwned>(call: &Call, token: &str) -> Result<K, ServiceError> {
    let read = unhex(token).and_then(|bytes| serde_json::from_slice::<(String, K)>(&bytes).ok());
    match read {
        Some((made_for, last)) if made_for == scope(call) => Ok(last),
        _ => Err(ServiceError::bad_request(format!(
            "nextToken is not one that {} gave for this list",
            call.operation
        ))),
    }
}

/// What must be the same for all pages of one list: everything but the page itself.
fn scope(call: &Call) -> String {
    let pages = |key: &str| key == "limit" || key == "nextToken";
    let filters = call.query.iter().filter(|(key, _)| !pages(key));
    let values = call
        .path
        .iter()
        .chain(filters)
        .map(|(key, value)| format!(" {key}={value}"));
    std::iter::once(call.operation.to_owned()).chain(values).collect()
}

fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).expect("half a byte is one digit");
    let digits = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
    bytes.iter().flat_map(digits).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair: &[u8]| match pair {
        [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
        _ => None,
    };
    pairs.map(byte).collect()
}

fn digit(character: u8) -> Option<u32> {
    char::from(character).to_digit(16)
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;

    use super::*;
    use crate::service::Service;

    fn call(query: &[(&str, &str)]) -> Call {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Call {
            operation: "ListSchemas",
            service: Service::for_tests(),
            path: vec![("registry".to_owned(), "orders".to_owned())],
            query: query.iter().map(owned).collect(),
            body: Bytes::new(),
        }
    }

    #[test]
    fn a_token_is_for_one_list() {
        let token = next_token(&call(&[("limit", "2")]), Some("a@b".to_owned())).unwrap();
        let again = requested_slice::<String>(&call(&[("nextToken", &token), ("limit", "3")])).unwrap();
        assert_eq!((again.after.as_deref(), again.limit), (Some("a@b"), 3));
        assert!(requested_slice::<String>(&call(&[("nextToken", &token), ("schemaNamePrefix", "a")])).is_err());
        assert!(requested_slice::<i64>(&call(&[("nextToken", &token)])).is_err());
        for wrong in ["", "0", "zz", "é", "5b5d"] {
            assert!(
                requested_slice::<String>(&call(&[("nextToken", wrong)])).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn limits_are_1_to_100() {
        assert_eq!(requested_slice::<String>(&call(&[])).unwrap().limit, 100);
        for wrong in ["0", "101", "-1", "many", ""] {
            assert!(
                requested_slice::<String>(&call(&[("limit", wrong)])).is_err(),
                "{wrong}"
            );
        }
    }
}
