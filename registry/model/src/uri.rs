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
    fn percents_stand_for_two_digits_and_nothing_else() {
        assert_eq!(percent_decode("a%20%C3%A9").as_deref(), Some("a é"));
        for text in ["%", "%2", "%+5", "%-1", "% 5", "%zz", "%é", "%C3"] {
            assert_eq!(percent_decode(text), None, "{text}");
        }
    }
}
