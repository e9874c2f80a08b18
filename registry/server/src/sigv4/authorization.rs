//! The header `Authorization` of Signature Version 4. In: its text. Out: its parts, or what is wrong with it in AWS's words.

use super::{ALGORITHM, CredentialScope};

/// The parts of the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Authorization {
    pub(crate) access_key: String,
    date: String,
    pub(crate) region: String,
    pub(crate) service: String,
    pub(crate) signed_headers: Vec<String>,
    /// 64 hexadecimal digits.
    pub(crate) signature: String,
}

impl Authorization {
    /// Reads a header such as `AWS4-HMAC-SHA256 Credential=KEY/20261124/us-east-1/schemas/aws4_request, SignedHeaders=host,
    /// Signature=…`.
    pub(crate) fn parse(header: &str) -> Result<Self, String> {
        let parameters = header.strip_prefix(ALGORITHM).filter(|rest| rest.starts_with(' '));
        let parameters = parameters.ok_or_else(|| format!("Authorization header must begin with '{ALGORITHM}'."))?;
        let parameter = |name: &str| {
            let parameters = parameters
                .split([',', ' '])
                .filter_map(|parameter| parameter.split_once('='));
            let mut values = parameters.filter(|(key, _)| *key == name);
            let missing = || format!("Authorization header requires '{name}' parameter.");
            values.next().map(|(_, value)| value).ok_or_else(missing)
        };
        let (access_key, date, region, service) = credential(parameter("Credential")?)?;
        let signed_headers: Vec<_> = parameter("SignedHeaders")?.split(';').map(str::to_owned).collect();
        let signature = parameter("Signature")?.to_owned();
        if signature.len() != 64 || !signature.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err("Signature in Authorization header must be 64 hexadecimal digits.".to_owned());
        }
        if !signed_headers.iter().any(|name| name == "host") {
            return Err("'Host' must be a 'SignedHeader' in the AWS Authorization.".to_owned());
        }
        Ok(Self {
            access_key,
            date,
            region,
            service,
            signed_headers,
            signature,
        })
    }

    pub(super) fn scope(&self) -> CredentialScope<'_> {
        CredentialScope {
            date: &self.date,
            region: &self.region,
            service: &self.service,
        }
    }
}

fn credential(text: &str) -> Result<(String, String, String, String), String> {
    match text.split('/').collect::<Vec<_>>()[..] {
        [key, date, region, service, "aws4_request"] if !key.is_empty() => {
            Ok((key.to_owned(), date.to_owned(), region.to_owned(), service.to_owned()))
        }
        _ => Err("Credential must have the form KEY/DATE/REGION/SERVICE/aws4_request.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_sdks_write_and_refuses_the_rest() {
        let signature = "0".repeat(64);
        let good = format!(
            "AWS4-HMAC-SHA256 Credential=AKID/20261124/eu-west-1/schemas/aws4_request, SignedHeaders=host;x-amz-date, Signature={signature}"
        );
        let read = Authorization::parse(&good).unwrap();
        assert_eq!((read.access_key.as_str(), read.region.as_str()), ("AKID", "eu-west-1"));
        assert_eq!(read.signed_headers, ["host", "x-amz-date"]);
        assert!(Authorization::parse(&good.replace(", ", ",")).is_ok());
        for (from, to) in [
            ("AWS4-HMAC-SHA256 ", "Bearer "),
            ("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256"),
            ("AKID/", "/"),
            ("aws4_request", "aws3_request"),
            ("Credential=", "credential="),
            ("SignedHeaders=host;", "SignedHeaders="),
            ("Signature=0", "Signature=g"),
            ("Signature=0", "Signature="),
        ] {
            assert!(
                Authorization::parse(&good.replacen(from, to, 1)).is_err(),
                "{from} {to}"
            );
        }
        assert!(Authorization::parse("").is_err());
    }
}
