//! The shapes of formats: patterns of their texts (ADR 123). In: a dialect and the name of a format. Out: a pattern that every text of the format
//! matches, for proofs and for generated code, which links no check of formats.

use crate::dialect::Dialect;

/// What is known of all texts of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatShape {
    /// The name of the format.
    pub format: &'static str,
    /// The oldest dialect that has it.
    pub since: Dialect,
    /// Every text of the format has a match of this pattern: by the RFC of the format, and by the checks of validators that are more lenient.
    // INVARIANT: proofs rest on it. A text of the format that it does not match would be left out of a proof.
    pub pattern: &'static str,
    /// Whether each text that matches has the format.
    // INVARIANT: proofs rest on it, too: a text without the format is taken to match no pattern that is exact.
    pub is_exact: bool,
}

/// The shape of a date by RFC 3339; which day a month has is left open.
const DATE: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
/// That of a time: Ajv takes offsets without minutes or without colon, too.
const TIME: &str = "^([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)([.][0-9]+)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)$";
/// That of both: a space may stand for the `T`.
const DATE_TIME: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt\\s]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)([.][0-9]+)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)$";
const UUID: &str = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$";
const IPV4: &str = "^(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])([.](25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}$";
/// A URI and an IRI begin with a scheme.
const SCHEME: &str = "^[A-Za-z][A-Za-z0-9+.-]*:[\\s\\S]*$";

const fn shape_since(since: Dialect, format: &'static str, pattern: &'static str) -> FormatShape {
    FormatShape {
        format,
        since,
        pattern,
        is_exact: false,
    }
}

/// A format of which a pattern says everything.
const fn exact_since(since: Dialect, format: &'static str, pattern: &'static str) -> FormatShape {
    FormatShape {
        is_exact: true,
        ..shape_since(since, format, pattern)
    }
}

/// The formats with a shape. Of those that are not here no pattern says much.
const SHAPES: [FormatShape; 13] = [
    shape_since(Dialect::Draft4, "date", DATE),
    shape_since(Dialect::Draft4, "date-time", DATE_TIME),
    shape_since(Dialect::Draft201909, "duration", "^P[0-9A-Z.,]+$"),
    shape_since(Dialect::Draft4, "email", "^[\\s\\S]+@[\\s\\S]+$"),
    shape_since(Dialect::Draft4, "hostname", "^[A-Za-z0-9.-]{1,255}$"),
    exact_since(Dialect::Draft4, "ipv4", IPV4),
    shape_since(Dialect::Draft4, "ipv6", "^[0-9A-Fa-f:.]{2,45}$"),
    shape_since(Dialect::Draft7, "iri", SCHEME),
    shape_since(Dialect::Draft6, "json-pointer", "^(/[\\s\\S]*)?$"),
    shape_since(Dialect::Draft7, "relative-json-pointer", "^[0-9]+(#|/[\\s\\S]*)?$"),
    shape_since(Dialect::Draft4, "time", TIME),
    shape_since(Dialect::Draft4, "uri", SCHEME),
    exact_since(Dialect::Draft201909, "uuid", UUID),
];

/// Returns the shape of a format of a dialect. `None`: nothing is known of its texts, or it is no format there.
pub fn find_format_shape(dialect: Dialect, format: &str) -> Option<FormatShape> {
    let mut shapes = SHAPES.into_iter();
    shapes.find(|shape| shape.format == format && dialect >= shape.since)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_has_a_shape_since_its_dialect() {
        assert_eq!(find_format_shape(Dialect::Draft7, "uuid"), None);
        assert!(find_format_shape(Dialect::Draft201909, "uuid").unwrap().is_exact);
        assert!(!find_format_shape(Dialect::Draft4, "date").unwrap().is_exact);
        assert_eq!(find_format_shape(Dialect::Draft202012, "regex"), None);
    }
}
