//! Whether two schemas are the same text but for what says nothing: annotations, the order of keys, definitions that nothing refers
//! to. In: two schemas of one dialect and the policy. Out: yes, or not known. Nothing is computed: whatever a prover cannot look
//! into, the same text means the same.
//!
//! References that are pointers are followed on both sides, and each pair of places is compared once. A document with identifiers,
//! anchors or dynamic references is compared place by place as a whole, with its definitions.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use schemactl_model::{
    JsonObject, Keyword, Kind, Member, Pointer, Resolver, Value, any_annotation, any_applicator, any_assertion,
    any_definitions, any_identifier, any_reference, any_schema_map, is_schema,
};

use crate::policy::Policy;
use schemactl_containment::Schema;

/// Keywords of our users are annotations as well, but for those that policies read: these, and those that may be called so one day.
const MARKS_OF_POLICIES: &str = "x-extensible";

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
            let (Some(old), Some(new)) = (old.keyword(Keyword::Ref), new.keyword(Keyword::Ref)) else {
                return Sameness::Different;
            };
            return self.references(old, new);
        }
        let counts = [old, new].map(|side| {
            side.iter()
                .filter(|entry| self.says_something(entry, are_roots))
                .count()
        });
        if counts[0] != counts[1] {
            return Sameness::Different;
        }
        for entry in old
            .iter()
            .filter(|entry| self.says_something(entry, are_roots))
            .collect::<Vec<_>>()
        {
            let Some(other) = new.value(&entry.key) else {
                return Sameness::Different;
            };
            let found = self.values(entry.keyword(), &entry.value, other);
            if found != Sameness::Same {
                return found;
            }
        }
        Sameness::Same
    }

    /// Whether a member of a schema says something that the other side has to say too.
    fn says_something(&self, member: &Member, are_roots: bool) -> bool {
        match member.keyword() {
            Some(Keyword::Default) => self.reads_defaults,
            // Pointers do not care what the document is called.
            Some(Keyword::Id | Keyword::Draft4Id) if are_roots => self.by_place,
            // What is referred to is compared where it is referred to.
            Some(any_definitions!()) => self.by_place,
            Some(Keyword::Extensible | Keyword::ExtensibleEnum) => true,
            // OpenAPI's are nobody's here.
            Some(Keyword::Discriminator | Keyword::Example | Keyword::ExternalDocs | Keyword::Xml) => true,
            Some(any_annotation!()) => false,
            Some(any_applicator!() | any_assertion!() | any_identifier!() | Keyword::ContentSchema) => true,
            None => !member.key.starts_with("x-") || member.key.starts_with(MARKS_OF_POLICIES),
        }
    }

    fn values(&mut self, keyword: Option<Keyword>, old: &'v Value, new: &'v Value) -> Sameness {
        match keyword {
            Some(Keyword::Ref) => self.references(old, new),
            Some(Keyword::DynamicRef | Keyword::RecursiveRef | Keyword::Id | Keyword::Draft4Id)
                if !self.by_place && old.as_str().is_some() =>
            {
                Sameness::Reference
            }
            Some(any_schema_map!()) => self.maps(old, new),
            Some(
                any_reference!() | any_identifier!() | any_annotation!() | any_assertion!() | Keyword::ContentSchema,
            )
            | None => Sameness::of(old == new),
            Some(any_applicator!()) => self.one_or_each(old, new),
        }
    }

    fn maps(&mut self, old: &'v Value, new: &'v Value) -> Sameness {
        match (&old.kind, &new.kind) {
            (Kind::Object(old), Kind::Object(new)) => self.members(old, new),
            _ => Sameness::of(old == new),
        }
    }

    fn one_or_each(&mut self, old: &'v Value, new: &'v Value) -> Sameness {
        match (&old.kind, &new.kind) {
            (Kind::Array(old), Kind::Array(new)) => self.elements(old, new),
            _ if is_schema(old) && is_schema(new) => self.schemas(old, new),
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
    keywords
        .keyword(Keyword::Ref)
        .is_some_and(|text| text.as_str().is_some())
}

/// Whether all references of a document are pointers from its root, and nothing in it can be called by name. Data counts as
/// schemas here.
fn are_pointers(value: &Value, is_root: bool) -> bool {
    match &value.kind {
        Kind::Object(members) => members.iter().all(|member| {
            let own = match (member.keyword(), member.value.as_str()) {
                (Some(Keyword::Ref), Some(text)) => (text == "#" || text.starts_with("#/")) && !text.contains('%'),
                (Some(Keyword::DynamicRef | Keyword::RecursiveRef), _) => false,
                (Some(Keyword::Anchor | Keyword::DynamicAnchor | Keyword::RecursiveAnchor), _) => false,
                (Some(Keyword::Id | Keyword::Draft4Id | Keyword::Schema), Some(_)) => is_root,
                (Some(any_reference!() | any_identifier!()), _) => true,
                (Some(any_annotation!() | any_applicator!() | any_assertion!() | any_definitions!()), _) => true,
                (Some(Keyword::ContentSchema) | None, _) => true,
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
