//! URIs as far as schemas need them: references against a base, pointers in fragments. In and out: text. Nothing is fetched.

use crate::pointer::Pointer;

/// Returns whether a text is a scheme (RFC 3986, section 3.1).
pub(crate) fn is_scheme(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// Resolves a relative reference against a base, as far as schema identifiers need it: absolute URIs stay, an absolute path
/// replaces the path, a relative one its last segment.
pub fn join_uri(base: &str, location: &str) -> String {
    let absolute = location.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme));
    if location.is_empty() {
        return base.to_owned();
    }
    if absolute || base.is_empty() {
        return location.to_owned();
    }
    let authority = base.find("://").map_or(0, |at| {
        base[at + 3..].find('/').map_or(base.len(), |slash| at + 3 + slash)
    });
    if location.starts_with('/') {
        return format!("{}{location}", &base[..authority]);
    }
    match base.rfind('/') {
        Some(slash) if slash >= authority => format!("{}/{location}", &base[..slash]),
        _ if authority > 0 => format!("{base}/{location}"),
        _ => location.to_owned(),
    }
}

/// Returns the spelling that URIs have in common which RFC 3986 calls equivalent (section 6.2): letters of scheme and host, percents that stand for
/// plain letters, segments of dots, default ports. Some validators tell such identifiers apart, and others do not.
pub(crate) fn normalize_uri(uri: &str) -> String {
    let uri = normalize_percents(uri);
    let (scheme, rest) = match uri.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => (scheme.to_ascii_lowercase(), rest),
        // A document without an identifier is at the root for some.
        _ if !uri.starts_with('/') => return normalize_uri(&format!("/{uri}")),
        _ => (String::new(), uri.as_str()),
    };
    let Some(rest) = rest.strip_prefix("//") else {
        return format!("{scheme}:{}", remove_dots(rest));
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = authority.to_ascii_lowercase();
    let port = match scheme.as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => ":",
    };
    let authority = authority.strip_suffix(port).unwrap_or(&authority).trim_end_matches(':');
    let path = remove_dots(path);
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("{scheme}://{authority}{slash}{path}")
}

/// Decodes the percents that stand for letters which need none, and writes the others in capitals.
fn normalize_percents(uri: &str) -> String {
    let mut parts = uri.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part
            .get(..2)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte.map(char::from) {
            Some(plain) if plain.is_ascii_alphanumeric() || "-._~".contains(plain) => text.push(plain),
            Some(_) => text.extend(['%'].into_iter().chain(part[..2].to_ascii_uppercase().chars())),
            None => text.push('%'),
        }
        text.push_str(if byte.is_some() { &part[2..] } else { part });
    }
    text
}

/// Removes the segments `.` and `..` of a path.
fn remove_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." if kept.len() > 1 => {
                kept.pop();
            }
            ".." => {}
            _ => kept.push(segment),
        }
    }
    kept.join("/")
}

/// Writes a pointer as a URI fragment (RFC 6901 §6).
pub fn encode_fragment(pointer: &Pointer) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte);
    pointer
        .to_string()
        .bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// Returns the fragment of a reference, decoded. `None` if it has none.
pub fn decode_fragment(text: &str) -> Option<String> {
    percent_decode(text.split_once('#')?.1)
}

/// Returns a text in which percents with two digits stand for bytes. `None` if they do not, or if the bytes are no UTF-8.
pub fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            // Not as a number is parsed: that has a sign.
            let mut digit = || char::from(rest.next()?).to_digit(16);
            bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equivalent_spellings_have_one_form() {
        for (one, other) in [
            ("http://acme.com/x", "HTTP://ACME.com/x"),
            ("http://acme.com/x", "http://acme.com:80/x"),
            ("https://acme.com/x", "https://acme.com:443/y/../x"),
            ("http://acme.com/x~y", "http://acme.com/./x%7ey"),
            ("http://acme.com", "http://acme.com/"),
            ("urn:acme:a%c3%a9", "URN:acme:a%C3%A9"),
            ("a/b", "/a/./b"),
        ] {
            assert_eq!(normalize_uri(one), normalize_uri(other), "{one} {other}");
        }
        for (one, other) in [
            ("http://acme.com/x", "https://acme.com/x"),
            ("http://acme.com/x", "http://acme.com/X"),
            ("http://acme.com/x", "http://acme.com:8080/x"),
            ("a/b", "b"),
            ("%2f", "/"),
            ("%é", "é"),
        ] {
            assert_ne!(normalize_uri(one), normalize_uri(other), "{one} {other}");
        }
    }

    #[test]
    fn percents_stand_for_two_digits_and_nothing_else() {
        assert_eq!(percent_decode("a%20%C3%A9").as_deref(), Some("a é"));
        for text in ["%", "%2", "%+5", "%-1", "% 5", "%zz", "%é", "%C3"] {
            assert_eq!(percent_decode(text), None, "{text}");
        }
    }
}
