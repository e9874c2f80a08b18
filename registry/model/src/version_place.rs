//! Where an event says its version. In: the text of `version-field`: the name of a property, a path of names with dots between them, or a
//! JSON Pointer for names that have dots themselves (ADR 73). Out: the place in the detail.

use crate::Pointer;

/// Returns the place of the version in the detail of an event. `None` if the text names no property.
///
/// # Examples
/// ```
/// use schemactl_model::version_place;
///
/// assert_eq!(version_place("metadata.schemaVersion"), version_place("/metadata/schemaVersion"));
/// assert_eq!(version_place("/meta.data/version").unwrap().tokens(), ["meta.data", "version"]);
/// assert_eq!(version_place("metadata."), None);
/// ```
pub fn version_place(field: &str) -> Option<Pointer> {
    let place = if field.starts_with('/') {
        Pointer::parse(field)?
    } else {
        field.split('.').fold(Pointer::root(), |place, name| place.join(name))
    };
    let names_all = place.tokens().iter().all(|name| !name.is_empty());
    names_all.then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_name_a_path_or_a_pointer() {
        let tokens = |field: &str| version_place(field).map(|place| place.tokens().to_vec());
        let of = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(tokens("version"), of(&["version"]));
        assert_eq!(tokens("a.b.c"), of(&["a", "b", "c"]));
        assert_eq!(tokens("/a.b/c~1d~0"), of(&["a.b", "c/d~"]));
        assert_eq!(tokens("$schema-version"), of(&["$schema-version"]));
        for nothing in ["", ".", "a..b", ".a", "a.", "/", "//a", "/a~2"] {
            assert_eq!(tokens(nothing), None, "{nothing}");
        }
    }
}
