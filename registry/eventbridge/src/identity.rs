//! Who calls, and where, in words that may be shown. In: credentials, ARNs, URLs. Out: what is no secret in them.

use aws_sdk_schemas::config::Credentials;

/// Whose credentials are used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerIdentity {
    /// The access key, but for its middle.
    pub access_key: String,
    /// The account, if the provider of the credentials names it.
    pub account: Option<String>,
    /// Whether they end some time.
    pub temporary: bool,
}

impl CallerIdentity {
    pub(crate) fn of(credentials: &Credentials) -> Self {
        Self {
            access_key: masked(credentials.access_key_id()),
            account: credentials.account_id().map(|account| account.as_str().to_owned()),
            temporary: credentials.session_token().is_some(),
        }
    }
}

/// The first and the last four letters of an access key: enough to recognise it. Eight letters of a short one, such as `local`, would be most of
/// it.
fn masked(key: &str) -> String {
    let letters: Vec<char> = key.chars().collect();
    if letters.len() < 12 {
        return "(not shown)".to_owned();
    }
    let part = |letters: &[char]| letters.iter().collect::<String>();
    format!("{}…{}", part(&letters[..4]), part(&letters[letters.len() - 4..]))
}

/// The account in an ARN: `arn:aws:schemas:REGION:ACCOUNT:registry/NAME`.
pub(crate) fn account_of(arn: &str) -> Option<String> {
    let account = arn.split(':').nth(4)?;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    is_account.then(|| account.to_owned())
}

/// A URL without user, password and query.
pub(crate) fn shown_endpoint(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_holds_no_secret() {
        assert_eq!(masked("AKIAIOSFODNN7EXAMPLE"), "AKIA…MPLE");
        assert_eq!(masked("local"), "(not shown)");
        assert_eq!(shown_endpoint("http://u:secret@h:1/a?token=x"), "http://h:1/a");
        assert_eq!(shown_endpoint("http://h:1"), "http://h:1");
    }

    #[test]
    fn the_account_of_an_arn() {
        let arn = "arn:aws:schemas:eu-west-1:123456789012:registry/events";
        assert_eq!(account_of(arn).as_deref(), Some("123456789012"));
        assert_eq!(account_of("arn:aws:schemas:eu-west-1::registry/aws.events"), None);
        assert_eq!(account_of("registry"), None);
    }
}
