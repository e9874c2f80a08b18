//! The metaschemas: the only documents that a schema may refer to without carrying them, because every validator has them. In:
//! nothing. Out: each with its URI and dialect, read once.

use std::sync::LazyLock;

use schemactl_model::{Dialect, Value};

use crate::json::from_serde_json;

/// A metaschema.
pub(super) struct Metaschema {
    pub(super) dialect: Dialect,
    pub(super) root: Value,
}

/// All metaschemas.
pub(super) static LIBRARY: LazyLock<Vec<Metaschema>> = LazyLock::new(|| {
    URIS.iter()
        .filter_map(|(dialect, uri)| {
            let base = referencing::uri::from_str("urn:schemactl").ok()?;
            let resolver = referencing::SPECIFICATIONS.resolver(base);
            let found = resolver.lookup(uri).ok()?;
            Some(Metaschema {
                dialect: *dialect,
                root: from_serde_json(found.contents()),
            })
        })
        .collect()
});

const URIS: [(Dialect, &str); 18] = [
    (Dialect::Draft4, "http://json-schema.org/draft-04/schema"),
    (Dialect::Draft6, "http://json-schema.org/draft-06/schema"),
    (Dialect::Draft7, "http://json-schema.org/draft-07/schema"),
    (Dialect::Draft201909, "https://json-schema.org/draft/2019-09/schema"),
    (Dialect::Draft201909, "https://json-schema.org/draft/2019-09/meta/core"),
    (
        Dialect::Draft201909,
        "https://json-schema.org/draft/2019-09/meta/applicator",
    ),
    (
        Dialect::Draft201909,
        "https://json-schema.org/draft/2019-09/meta/validation",
    ),
    (
        Dialect::Draft201909,
        "https://json-schema.org/draft/2019-09/meta/meta-data",
    ),
    (
        Dialect::Draft201909,
        "https://json-schema.org/draft/2019-09/meta/format",
    ),
    (
        Dialect::Draft201909,
        "https://json-schema.org/draft/2019-09/meta/content",
    ),
    (Dialect::Draft202012, "https://json-schema.org/draft/2020-12/schema"),
    (Dialect::Draft202012, "https://json-schema.org/draft/2020-12/meta/core"),
    (
        Dialect::Draft202012,
        "https://json-schema.org/draft/2020-12/meta/applicator",
    ),
    (
        Dialect::Draft202012,
        "https://json-schema.org/draft/2020-12/meta/unevaluated",
    ),
    (
        Dialect::Draft202012,
        "https://json-schema.org/draft/2020-12/meta/validation",
    ),
    (
        Dialect::Draft202012,
        "https://json-schema.org/draft/2020-12/meta/meta-data",
    ),
    (
        Dialect::Draft202012,
        "https://json-schema.org/draft/2020-12/meta/format-annotation",
    ),
    (
        Dialect::Draft202012,
        "https://json-schema.org/draft/2020-12/meta/content",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metaschema_is_there() {
        assert_eq!(LIBRARY.len(), URIS.len());
    }
}
