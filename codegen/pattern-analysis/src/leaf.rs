//! One condition as a set of values. In: a matcher. Out: the values that surely satisfy it, and those that may. Both are the same set but where
//! the matcher compares in a way that no set of JSON values has: integers that are no doubles, addresses in several spellings, letters of
//! which one case begins or ends with the other.

use schemactl_containment::{InstanceSet, JsonType, Rational, SetSession};
use schemactl_model::{Source, Value, parse};
use schemactl_pattern::{AnythingBut, Matcher, Number, NumericRange, Scalar};

/// Integers up to here are doubles, every one.
const EXACT_INTEGERS: u64 = 1 << 53;

/// Values that surely satisfy something, and those that may.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds<'s> {
    pub(crate) surely: InstanceSet<'s>,
    pub(crate) maybe: InstanceSet<'s>,
}

impl<'s> Bounds<'s> {
    pub(crate) const fn exact(set: InstanceSet<'s>) -> Self {
        Self {
            surely: set,
            maybe: set,
        }
    }

    /// Anything may be in it, and nothing surely is.
    pub(crate) fn unknown(session: &SetSession<'s>) -> Self {
        Self {
            surely: session.nothing(),
            maybe: session.everything(),
        }
    }

    /// What is in one or in several.
    pub(crate) fn union(session: &mut SetSession<'s>, all: &[Self]) -> Self {
        let sets = |pick: fn(&Self) -> InstanceSet<'s>| all.iter().map(pick).collect::<Vec<_>>();
        let (surely, maybe) = (sets(|one| one.surely), sets(|one| one.maybe));
        Self {
            surely: session.union(&surely),
            maybe: session.union(&maybe),
        }
    }

    /// What all have in common.
    pub(crate) fn intersection(session: &mut SetSession<'s>, all: &[Self]) -> Self {
        let sets = |pick: fn(&Self) -> InstanceSet<'s>| all.iter().map(pick).collect::<Vec<_>>();
        let (surely, maybe) = (sets(|one| one.surely), sets(|one| one.maybe));
        Self {
            surely: session.intersection(&surely),
            maybe: session.intersection(&maybe),
        }
    }

    /// What is in neither. What may be in is not surely out.
    pub(crate) fn complement(self, session: &mut SetSession<'s>) -> Self {
        Self {
            surely: session.complement(self.maybe),
            maybe: session.complement(self.surely),
        }
    }
}

/// Returns the values that are no array and no object.
pub(crate) fn scalar_values<'s>(session: &mut SetSession<'s>) -> InstanceSet<'s> {
    session.types(&[JsonType::Null, JsonType::Boolean, JsonType::Number, JsonType::String])
}

/// Returns the values that satisfy one of a list of conditions. That a field is absent is no value.
pub(crate) fn any_of<'s>(session: &mut SetSession<'s>, matchers: &[Matcher]) -> Bounds<'s> {
    let all: Vec<_> = matchers.iter().map(|matcher| values_of(session, matcher)).collect();
    Bounds::union(session, &all)
}

fn values_of<'s>(session: &mut SetSession<'s>, matcher: &Matcher) -> Bounds<'s> {
    match matcher {
        Matcher::Equals(scalar) => equal(session, scalar),
        Matcher::Null => Bounds::exact(session.types(&[JsonType::Null])),
        Matcher::Prefix { text, ignore_case } => spelled(session, text, *ignore_case, Anchors::START),
        Matcher::Suffix { text, ignore_case } => spelled(session, text, *ignore_case, Anchors::END),
        Matcher::EqualsIgnoreCase(text) => spelled(session, text, true, Anchors::BOTH),
        Matcher::Wildcard(text) => wildcard(session, text),
        Matcher::AnythingBut(excluded) => {
            let excluded = excluded_by(session, excluded);
            let others = excluded.complement(session);
            let scalars = Bounds::exact(scalar_values(session));
            Bounds::intersection(session, &[scalars, others])
        }
        Matcher::Numeric(range) => numbers_in(session, range),
        Matcher::Cidr(network) => addresses(session, network),
        Matcher::Exists(true) => Bounds::exact(scalar_values(session)),
        // Absence is no value, and a matcher that is not known says nothing.
        Matcher::Exists(false) => Bounds::exact(session.nothing()),
        _ => Bounds::unknown(session),
    }
}

fn excluded_by<'s>(session: &mut SetSession<'s>, excluded: &AnythingBut) -> Bounds<'s> {
    let all: Vec<_> = match excluded {
        AnythingBut::Values(values) => values.iter().map(|value| same_scalar(session, value)).collect(),
        AnythingBut::Prefix(list) => list
            .iter()
            .map(|text| spelled(session, text, false, Anchors::START))
            .collect(),
        AnythingBut::Suffix(list) => list
            .iter()
            .map(|text| spelled(session, text, false, Anchors::END))
            .collect(),
        AnythingBut::EqualsIgnoreCase(list) => list
            .iter()
            .map(|text| spelled(session, text, true, Anchors::BOTH))
            .collect(),
        AnythingBut::Wildcard(list) => list.iter().map(|text| wildcard(session, text)).collect(),
        _ => vec![Bounds::unknown(session)],
    };
    Bounds::union(session, &all)
}

/// The values that a scalar equals, an address in any spelling.
fn equal<'s>(session: &mut SetSession<'s>, scalar: &Scalar) -> Bounds<'s> {
    let same = same_scalar(session, scalar);
    let Scalar::String(text) = scalar else { return same };
    if !is_like_an_address(text) {
        return same;
    }
    let spelled_otherwise = session.texts_matching(LIKE_AN_ADDRESS);
    Bounds {
        surely: same.surely,
        maybe: session.union(&[same.maybe, spelled_otherwise]),
    }
}

/// The texts that may be an IPv4 or IPv6 address.
const LIKE_AN_ADDRESS: &str = "^[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*$";

/// Whether the matcher may read a text as an address: four numbers, or something with a colon. Numbers of versions, such as `1.0`, are none.
fn is_like_an_address(text: &str) -> bool {
    let is_character = |byte: u8| byte.is_ascii_hexdigit() || byte == b'.' || byte == b':';
    let is_octets = || text.split('.').count() == 4 && text.split('.').all(|part| part.parse::<u8>().is_ok());
    text.bytes().all(is_character) && (text.contains(':') || is_octets())
}

fn same_scalar<'s>(session: &mut SetSession<'s>, scalar: &Scalar) -> Bounds<'s> {
    match scalar {
        Scalar::String(text) => constant(session, &Value::string(text)),
        Scalar::Bool(flag) => constant(session, &Value::boolean(*flag)),
        Scalar::Number(number) => same_number(session, number),
        _ => Bounds::unknown(session),
    }
}

fn constant<'s>(session: &mut SetSession<'s>, value: &Value) -> Bounds<'s> {
    match session.value(value) {
        Ok(set) => Bounds::exact(set),
        Err(_) => Bounds::unknown(session),
    }
}

fn json_number(text: &str) -> Option<Value> {
    parse(&Source::new("number", text)).ok()
}

/// A number, whatever it is written as: both sides print as doubles do, or are integers of 64 bits.
fn same_number<'s>(session: &mut SetSession<'s>, number: &Number) -> Bounds<'s> {
    match json_number(&number.to_string()) {
        Some(value) => constant(session, &value),
        None => Bounds {
            surely: session.nothing(),
            maybe: session.types(&[JsonType::Number]),
        },
    }
}

fn numbers_in<'s>(session: &mut SetSession<'s>, range: &NumericRange) -> Bounds<'s> {
    if let Some(number) = range.as_equal() {
        return same_number(session, number);
    }
    let mut surely = vec![comparable_numbers(session)];
    let mut maybe = vec![session.types(&[JsonType::Number])];
    for (bound, is_lower) in [(&range.lower, true), (&range.upper, false)] {
        let Some(bound) = bound else { continue };
        let Some(value) = Rational::parse(&bound.value.to_string()) else {
            surely.push(session.nothing());
            continue;
        };
        let within = if is_lower {
            session.numbers_from(&value, !bound.inclusive)
        } else {
            session.numbers_to(&value, !bound.inclusive)
        };
        surely.push(within);
        maybe.push(within);
    }
    Bounds {
        surely: session.intersection(&surely),
        maybe: session.intersection(&maybe),
    }
}

/// The numbers that take part in ranges, whatever they are: event-ruler orders doubles, and an integer that no double prints as is in no range.
fn comparable_numbers<'s>(session: &mut SetSession<'s>) -> InstanceSet<'s> {
    let most = Rational::parse(&EXACT_INTEGERS.to_string()).expect("2^53 is a number");
    let least = Rational::parse(&format!("-{EXACT_INTEGERS}")).expect("2^53 is a number");
    let (from, to) = (session.numbers_from(&least, false), session.numbers_to(&most, false));
    session.intersection(&[from, to])
}

/// Where in a text something has to stand.
#[derive(Clone, Copy)]
struct Anchors {
    start: bool,
    end: bool,
}

impl Anchors {
    const START: Self = Self {
        start: true,
        end: false,
    };
    const END: Self = Self {
        start: false,
        end: true,
    };
    const BOTH: Self = Self { start: true, end: true };

    fn around(self, pattern: &str) -> String {
        let start = if self.start { "^" } else { "" };
        let end = if self.end { "$" } else { "" };
        format!("{start}(?:{pattern}){end}")
    }
}

/// The texts with these letters at a place, in either case or as they are.
fn spelled<'s>(session: &mut SetSession<'s>, text: &str, ignore_case: bool, at: Anchors) -> Bounds<'s> {
    if !ignore_case {
        let pattern = at.around(&escape(text));
        return Bounds::exact(session.texts_matching(&pattern));
    }
    let letters = text.chars().map(|letter| {
        let (lower, upper): (String, String) = (letter.to_lowercase().collect(), letter.to_uppercase().collect());
        (lower, upper)
    });
    let letters: Vec<_> = letters.collect();
    // One case is tried after the other, and never again: where one begins or ends with the other, that is another set than this.
    let is_overlapping = |(lower, upper): &(String, String)| {
        lower != upper
            && (lower.starts_with(upper.as_str())
                || upper.starts_with(lower.as_str())
                || lower.ends_with(upper.as_str())
                || upper.ends_with(lower.as_str()))
    };
    if letters.iter().any(is_overlapping) {
        return Bounds {
            surely: session.nothing(),
            maybe: session.types(&[JsonType::String]),
        };
    }
    let pattern: String = letters
        .iter()
        .map(|(lower, upper)| {
            if lower == upper {
                escape(lower)
            } else {
                format!("(?:{}|{})", escape(lower), escape(upper))
            }
        })
        .collect();
    Bounds::exact(session.texts_matching(&at.around(&pattern)))
}

/// The texts that a wildcard fits. One that EventBridge refuses fits none.
fn wildcard<'s>(session: &mut SetSession<'s>, text: &str) -> Bounds<'s> {
    let Some(parts) = Matcher::split_wildcard(text) else {
        return Bounds::exact(session.nothing());
    };
    let parts: Vec<_> = parts.iter().map(|part| escape(part)).collect();
    let pattern = parts.join(r"[\s\S]*");
    Bounds::exact(session.texts_matching(&Anchors::BOTH.around(&pattern)))
}

/// A pattern of ECMA 262 that is found where the text is.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if r"\^$.*+?()[]{}|/".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// The texts that are an address of a network: those in the usual spelling surely, others maybe.
fn addresses<'s>(session: &mut SetSession<'s>, network: &str) -> Bounds<'s> {
    let other_spellings = session.texts_matching(LIKE_AN_ADDRESS);
    let usual = session.texts_matching(&format!("^{OCTET}(?:\\.{OCTET}){{3}}$"));
    match octets_of(network) {
        Some(octets) => {
            let octets: Vec<_> = octets.iter().map(|(least, most)| octet_range(*least, *most)).collect();
            let inside = session.texts_matching(&format!("^{}$", octets.join("\\.")));
            let unusual = session.complement(usual);
            let unusual = session.intersection(&[other_spellings, unusual]);
            Bounds {
                surely: inside,
                maybe: session.union(&[inside, unusual]),
            }
        }
        None => Bounds {
            surely: session.nothing(),
            maybe: other_spellings,
        },
    }
}

/// A number from 0 to 255 without leading zeros.
const OCTET: &str = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";

/// The least and the greatest value of each octet of an IPv4 network; `None` if it is none in the usual spelling.
fn octets_of(network: &str) -> Option<[(u8, u8); 4]> {
    let (address, bits) = network.split_once('/')?;
    let address: std::net::Ipv4Addr = address.parse().ok()?;
    let bits: u32 = bits.parse().ok().filter(|bits| *bits <= 31)?;
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    let least = (address.to_bits() & mask).to_be_bytes();
    let most = (address.to_bits() | !mask).to_be_bytes();
    Some(std::array::from_fn(|at| (least[at], most[at])))
}

/// A pattern of the numbers from one octet to another.
fn octet_range(least: u8, most: u8) -> String {
    if (least, most) == (0, u8::MAX) {
        return OCTET.to_owned();
    }
    let numbers: Vec<_> = (least..=most).map(|number| number.to_string()).collect();
    format!("(?:{})", numbers.join("|"))
}

#[cfg(test)]
mod tests {
    use schemactl_containment::{SessionOptions, with_session};

    use super::*;

    #[test]
    fn what_may_be_in_is_not_surely_out() {
        with_session(SessionOptions::default(), |session| {
            let unknown = Bounds {
                surely: session.nothing(),
                maybe: session.everything(),
            };
            let out = unknown.complement(session);
            assert_eq!((out.surely, out.maybe), (session.nothing(), session.everything()));
        });
    }
}
