//! URI references by RFC 3986: a URI, or what is relative to one. In: a text. Out: why it is none. Characters outside of ASCII make a
//! text an IRI (RFC 3987), which JSON Schema does not take here.

use std::fmt::Write as _;

use crate::uri::is_scheme;

/// Returns why RFC 3986 rejects a reference; `None` if it accepts it.
pub(super) fn find_fault(text: &str) -> Option<String> {
    find_wrong_character(text).or_else(|| find_wrong_structure(text))
}

fn find_wrong_character(text: &str) -> Option<String> {
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        if letter == '%' {
            let digits = text.as_bytes().get(at + 1..at + 3);
            if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                return Some("`%` is not followed by two hexadecimal digits".to_owned());
            }
            letters.nth(1);
        } else if !is_allowed(letter) {
            return Some(match letter {
                ' ' => "it contains a space".to_owned(),
                _ if letter.is_control() => "it contains a control character".to_owned(),
                _ => format!("it contains `{letter}`"),
            });
        }
    }
    None
}

/// What may stand somewhere in a URI (RFC 3986, section 2), the percent sign left out.
fn is_allowed(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=".contains(letter)
}

fn find_wrong_structure(text: &str) -> Option<String> {
    let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
    if fragment.contains('#') {
        return Some("it has a second `#`".to_owned());
    }
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let bracket = |part: &str| part.contains(['[', ']']);
    if bracket(fragment) || bracket(query) {
        return Some("brackets are allowed only around an IPv6 address".to_owned());
    }
    let first = rest.split('/').next().unwrap_or_default();
    let rest = match first.split_once(':') {
        Some((scheme, _)) if is_scheme(scheme) => &rest[scheme.len() + 1..],
        Some(_) => {
            return Some(format!(
                "`{first}` is not a scheme, and a relative path must not have a colon in its first part"
            ));
        }
        None => rest,
    };
    let Some(rest) = rest.strip_prefix("//") else {
        return bracket(rest).then(|| "brackets are allowed only around an IPv6 address".to_owned());
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if bracket(path) || !is_authority(authority) {
        return Some(format!("`{authority}` is not the name of a host"));
    }
    None
}

/// `user@host:port`.
fn is_authority(text: &str) -> bool {
    let (user, host) = text.rsplit_once('@').unwrap_or(("", text));
    if user.contains(['[', ']', '@']) {
        return false;
    }
    let port = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) if !address.is_empty() && !address.contains('[') => match port.strip_prefix(':') {
            Some(port) => port,
            None if port.is_empty() => "",
            None => return false,
        },
        _ if host.contains(['[', ']']) => return false,
        _ => match host.split_once(':') {
            Some((_, port)) => port,
            None => "",
        },
    };
    port.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the reference with what is not allowed percent-encoded, if that makes it one.
pub(super) fn percent_encode(text: &str) -> Option<String> {
    let mut escaped = String::with_capacity(text.len() + 8);
    for (at, letter) in text.char_indices() {
        let digits = text.as_bytes().get(at + 1..at + 3);
        let is_escape = letter == '%' && digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        if is_escape || is_allowed(letter) {
            escaped.push(letter);
        } else {
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                write!(escaped, "%{byte:02X}").expect("writing to a string cannot fail");
            }
        }
    }
    (find_fault(&escaped).is_none()).then_some(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_as_rfc_3986_has_them() {
        for accepted in [
            "",
            "#",
            "#/$defs/a",
            "#/$defs/a%20b",
            "#a",
            "a.json",
            "../a/b.json#/x",
            "/a",
            "?q=1",
            "urn:a:b",
            "http://h",
            "http://u@h:80/a?b#c",
            "http://[::1]:80/",
            "//h/p",
            "tag:a@b,2026:c",
            "a/b:c",
            "./a:b",
            "http://h:/",
        ] {
            assert_eq!(find_fault(accepted), None, "{accepted}");
        }
        for (rejected, meant) in [
            ("#/$defs/a b", Some("#/$defs/a%20b")),
            ("#/$defs/größe", Some("#/$defs/gr%C3%B6%C3%9Fe")),
            ("#/$defs/List<a>", Some("#/$defs/List%3Ca%3E")),
            ("#/a%zz", Some("#/a%25zz")),
            ("#/a%2", Some("#/a%252")),
            ("#a#b", None),
            ("1a:b", None),
            ("a b:c", None),
            ("http://h:x/", None),
            ("http://[::1", None),
            ("#/a[0]", None),
            ("a\\b", Some("a%5Cb")),
            ("#/^x|y", Some("#/%5Ex%7Cy")),
        ] {
            assert!(find_fault(rejected).is_some(), "{rejected}");
            assert_eq!(percent_encode(rejected).as_deref(), meant, "{rejected}");
        }
    }
}
