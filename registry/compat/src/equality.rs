//! Whether two schemas are the same text but for what says nothing: annotations, the order of keys, definitions that nothing refers
//! to. In: two schemas of one dialect and the policy. Out: yes, or not known. Nothing is computed: whatever a prover cannot look
//! into, the same text means the same.
//!
//! References that are pointers are followed on both sides, and each pair of places is compared once. A document with identifiers,
//! anchors or dynamic references is compared place by place as a whole, with its definitions.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use schemactl_model::{JsonObject, Kind, Member, Pointer, Resolver, Value, is_schema};

use crate::{Policy, Schema};

/// Keywords that say nothing about instances in any dialect. `default` is one more where no policy reads it.
const ANNOTATIONS: [&str; 9] = [
    "$comment",
    "contentEncoding",
    "contentMediaType",
    "deprecated",
    "description",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
];
/// Keywords of our users are annotations as well, but for those that policies read.
const MARKS_OF_POLICIES: &str = "x-extensible";
/// Keywords whose value maps names to schemas.
const MAPS: [&str; 6] = [
    "$defs",
    "definitions",
    "dependencies",
    "dependentSchemas",
    "patternProperties",
    "properties",
];
/// Keywords whose value is a schema or a list of schemas.
const HOLDERS: [&str; 15] = [
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "oneOf",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Whether both schemas certainly have the same instances, the same writers and the same readers.
pub(crate) fn are_equal(old: &Schema<'_>, new: &Schema<'_>, policy: Policy) -> bool {
    if old.dialect != new.dialect {
        return false;
    }
    let mut walk = EqualityWalk {
        old: *old,
        new: *new,
        reads_defaults: policy == Policy::ApplyDefaults,
        by_place: false,
        pointers: None,
        seen: FxHashSet::default(),
    };
    match walk.schemas(old.root, new.root) {
        Sameness::Same => true,
        Sameness::Different => false,
        Sameness::Reference => {
            walk.by_place = true;
            walk.seen.clear();
            walk.schemas(old.root, new.root) == Sameness::Same && walk.refers_to_what_is_compared()
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sameness {
    Same,
    Different,
    /// A reference whose target depends on names: the documents have to be compared as wholes.
    Reference,
}

impl Sameness {
    fn of(same: bool) -> Self {
        if same { Self::Same } else { Self::Different }
    }
}

struct EqualityWalk<'v> {
    old: Schema<'v>,
    new: Schema<'v>,
    reads_defaults: bool,
    /// References are texts, and what they refer to stands at the same place on both sides.
    by_place: bool,
    /// Whether references are pointers on both sides, once that was asked.
    pointers: Option<bool>,
    /// The pairs of schemas that are compared, by their places.
    // INVARIANT: a pair that is met again is held to be the same. Schemas that differ differ somewhere on a finite way from their
    // roots, and every place is compared once.
    seen: FxHashSet<(usize, usize)>,
}

impl<'v> EqualityWalk<'v> {
    fn schemas(&mut self, old: &'v Value, new: &'v Value) -> Sameness {
        let place = |value: &Value| std::ptr::from_ref(value) as usize;
        if !self.seen.insert((place(old), place(new))) {
            return Sameness::Same;
        }
        let are_roots = std::ptr::eq(old, self.old.root) && std::ptr::eq(new, self.new.root);
        match (&old.kind, &new.kind) {
            (Kind::Object(old), Kind::Object(new)) => {
                stacker::maybe_grow(64 << 10, 1 << 20, || self.keywords(are_roots, old, new))
            }
            _ => Sameness::of(old == new),
        }
    }

    fn keywords(&mut self, are_roots: bool, old: &'v JsonObject, new: &'v JsonObject) -> Sameness {
        if self.old.dialect.ref_hides_siblings() && (is_reference(old) || is_reference(new)) {
            let (Some(old), Some(new)) = (old.value("$ref"), new.value("$ref")) else {
                return Sameness::Different;
            };
            return self.references(old, new);
        }
        let says_something = |walk: &Self, entry: &Member| match entry.key.as_str() {
            // Pointers do not care what the document is called.
            "$id" | "id" if are_roots => walk.by_place,
            keyword => walk.says_something(keyword),
        };
        let counts = [old, new].map(|side| side.iter().filter(|entry| says_something(self, entry)).count());
        if counts[0] != counts[1] {
            return Sameness::Different;
        }
        for entry in old
            .iter()
            .filter(|entry| says_something(&*self, entry))
            .collect::<Vec<_>>()
        {
            let Some(other) = new.value(&entry.key) else {
                return Sameness::Different;
            };
            let found = self.values(&entry.key, &entry.value, other);
            if found != Sameness::Same {
                return found;
            }
        }
        Sameness::Same
    }

    fn says_something(&self, keyword: &str) -> bool {
        match keyword {
            "default" => self.reads_defaults,
            // What is referred to is compared where it is referred to.
            "$defs" | "definitions" => self.by_place,
            keyword if keyword.starts_with("x-") => keyword.starts_with(MARKS_OF_POLICIES),
            keyword => !ANNOTATIONS.contains(&keyword),
        }
    }

    fn values(&mut self, keyword: &str, old: &'v Value, new: &'v Value) -> Sameness {
        match (keyword, &old.kind, &new.kind) {
            ("$ref", ..) => self.references(old, new),
            ("$dynamicRef" | "$recursiveRef" | "$id" | "id", Kind::String(_), _) if !self.by_place => {
                Sameness::Reference
            }
            (keyword, Kind::Object(old), Kind::Object(new)) if MAPS.contains(&keyword) => self.members(old, new),
            (keyword, Kind::Array(old), Kind::Array(new)) if HOLDERS.contains(&keyword) => self.elements(old, new),
            (keyword, ..) if HOLDERS.contains(&keyword) && is_schema(old) && is_schema(new) => self.schemas(old, new),
            _ => Sameness::of(old == new),
        }
    }

    fn members(&mut self, old: &'v JsonObject, new: &'v JsonObject) -> Sameness {
        if old.len() != new.len() {
            return Sameness::Different;
        }
        let (mut old, mut new): (Vec<&Member>, Vec<&Member>) = (old.iter().collect(), new.iter().collect());
        if old.iter().zip(&new).any(|(old, new)| old.key != new.key) {
            old.sort_by(|one, other| one.key.cmp(&other.key));
            new.sort_by(|one, other| one.key.cmp(&other.key));
        }
        for (old, new) in old.into_iter().zip(new) {
            let found = match old.key == new.key {
                false => Sameness::Different,
                true if is_schema(&old.value) => self.schemas(&old.value, &new.value),
                true => Sameness::of(old.value == new.value),
            };
            if found != Sameness::Same {
                return found;
            }
        }
        Sameness::Same
    }

    fn elements(&mut self, old: &'v [Value], new: &'v [Value]) -> Sameness {
        if old.len() != new.len() {
            return Sameness::Different;
        }
        let mut pairs = old.iter().zip(new).map(|(old, new)| self.schemas(old, new));
        pairs.find(|found| *found != Sameness::Same).unwrap_or(Sameness::Same)
    }

    fn references(&mut self, old: &'v Value, new: &'v Value) -> Sameness {
        if self.by_place {
            return Sameness::of(old == new);
        }
        let target = |root: &'v Value, text: &Value| Pointer::parse(text.as_str()?.strip_prefix('#')?)?.resolve(root);
        let roots = [self.old.root, self.new.root];
        let pointers = *self
            .pointers
            .get_or_insert_with(|| roots.iter().all(|root| are_pointers(root, true)));
        if !pointers {
            return Sameness::Reference;
        }
        match (target(self.old.root, old), target(self.new.root, new)) {
            (Some(old), Some(new)) => self.schemas(old, new),
            _ => Sameness::Different,
        }
    }

    /// Whether every reference leads to a place that the walk has compared.
    fn refers_to_what_is_compared(&self) -> bool {
        let sides = [(&self.old, 0), (&self.new, 1)];
        sides.iter().all(|(schema, side)| {
            let compared: BTreeSet<usize> = self.seen.iter().map(|pair| [pair.0, pair.1][*side]).collect();
            let resolver = Resolver::new(schema.root, schema.dialect);
            resolver.references().iter().all(|reference| {
                let target = resolver.resolve(&reference.base, &reference.text);
                target.is_ok_and(|target| compared.contains(&(std::ptr::from_ref(target.value) as usize)))
            })
        })
    }
}

fn is_reference(keywords: &JsonObject) -> bool {
    keywords.value("$ref").is_some_and(|text| text.as_str().is_some())
}

/// Whether all references of a document are pointers from its root, and nothing in it can be called by name. Data counts as
/// schemas here.
fn are_pointers(value: &Value, is_root: bool) -> bool {
    match &value.kind {
        Kind::Object(members) => members.iter().all(|member| {
            let own = match (member.key.as_str(), member.value.as_str()) {
                ("$ref", Some(text)) => (text == "#" || text.starts_with("#/")) && !text.contains('%'),
                ("$dynamicRef" | "$recursiveRef" | "$anchor" | "$dynamicAnchor", _) => false,
                ("$recursiveAnchor", _) => false,
                ("$id" | "id" | "$schema", Some(_)) => is_root,
                _ => true,
            };
            own && are_pointers(&member.value, false)
        }),
        Kind::Array(elements) => elements.iter().all(|element| are_pointers(element, false)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Dialect, Source, parse};

    fn equal(old: &str, new: &str, policy: Policy) -> bool {
        let read = |text: &str| parse(&Source::new("test", text)).unwrap();
        let (old, new) = (read(old), read(new));
        let schema = |root| Schema::new(root, Dialect::Draft202012);
        are_equal(&schema(&old), &schema(&new), policy)
    }

    #[test]
    fn what_says_nothing_does_not_count() {
        for (old, new) in [
            (
                r#"{"type":"string","title":"a"}"#,
                r#"{"description":"b","type":"string"}"#,
            ),
            (
                r#"{"properties":{"a":{"minimum":1},"title":{}}}"#,
                r#"{"properties":{"title":{"x-owner":"b"},"a":{"minimum":1.0,"examples":[2]}}}"#,
            ),
            (
                r#"{"$defs":{"a":{"type":"null"}}}"#,
                r#"{"$defs":{"b":{"type":"string"}}}"#,
            ),
            (
                r##"{"$ref":"#/$defs/a","$defs":{"a":{"items":{"$ref":"#"}}}}"##,
                r##"{"$ref":"#/definitions/b","definitions":{"b":{"items":{"$ref":"#"},"title":"b"}}}"##,
            ),
            (
                r##"{"$ref":"#a","$defs":{"b":{"$anchor":"a","pattern":"(a)\\1"}}}"##,
                r##"{"$defs":{"b":{"$anchor":"a","title":"b","pattern":"(a)\\1"}},"$ref":"#a"}"##,
            ),
            (
                r##"{"$id":"a/1.0","not":{"$ref":"#/$defs/a"},"$defs":{"a":{}}}"##,
                r##"{"$id":"a/1.1","not":{"$ref":"#/$defs/a"},"$defs":{"a":{}}}"##,
            ),
            (r#"{"default":1}"#, r#"{"default":2}"#),
        ] {
            assert!(equal(old, new, Policy::TolerantReader), "{old} {new}");
            assert!(equal(new, old, Policy::OpenStrict), "{old} {new}");
        }
    }

    #[test]
    fn everything_else_counts() {
        for (old, new) in [
            (r#"{"enum":[{"title":1}]}"#, r#"{"enum":[{"title":2}]}"#),
            (r#"{"properties":{"title":{}}}"#, r#"{"properties":{"title":false}}"#),
            (r#"{"properties":{"a":{}}}"#, r#"{"properties":{"b":{}}}"#),
            (r#"{"dependencies":{"a":["b"]}}"#, r#"{"dependencies":{"a":["c"]}}"#),
            (r#"{"enum":["a"]}"#, r#"{"enum":["a"],"x-extensible-enum":true}"#),
            (
                r##"{"items":{"$ref":"#/$defs/a"},"$defs":{"a":{"type":"null"}}}"##,
                r##"{"items":{"$ref":"#/$defs/a"},"$defs":{"a":{"type":"string"}}}"##,
            ),
            (
                r##"{"$ref":"#/x-a","x-a":{"type":"null"},"$anchor":"b"}"##,
                r##"{"$ref":"#/x-a","x-a":{"type":"string"},"$anchor":"b"}"##,
            ),
            (r#"{"items":{"$id":"a"}}"#, r#"{"items":{"$id":"b"}}"#),
            (r#"{"$ref":"other.json"}"#, r#"{"$ref":"other.json"}"#),
            (r##"{"$ref":"#/nothing"}"##, r##"{"$ref":"#/nothing"}"##),
            (r#"{"format":"date"}"#, r#"{"format":"time"}"#),
            (r#"{"oneOf":[{},true]}"#, r#"{"oneOf":[{}]}"#),
        ] {
            assert!(!equal(old, new, Policy::TolerantReader), "{old} {new}");
        }
        assert!(!equal(r#"{"default":1}"#, r#"{"default":2}"#, Policy::ApplyDefaults));
    }
}
