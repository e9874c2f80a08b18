//! The fixed value of the version field, which identifies the version and is no content. In: a schema, and the field. Out: the schema
//! without it, its type left. Pins are found in properties, in branches of `allOf`, and behind references inside the document.

use schemactl_model::{
    Dialect, JsonObject, Keyword, Kind, LexicalScope, Member, Resolver, Value, VersionField, schemas_at,
};

use schemactl_containment::Schema;

/// Leaves the fixed value of the version field out of a comparison: it identifies the version and is no content. Only `const`, or
/// `enum` of one value, of the property goes; its type stays. `None` if nothing is fixed.
pub fn without_version_pin(schema: &Schema<'_>, field: &VersionField) -> Option<Value> {
    let mut opener = Opener {
        schema: *schema,
        resolver: None,
        depth: 0,
    };
    let scope = LexicalScope::of_document(schema.root, schema.dialect);
    opener.open(schema.root, &scope, field.place().tokens())
}

/// Returns whether a version field has one fixed value or none: a list of several is content.
pub(crate) fn pins_one_version(schema: &Schema<'_>, field: &VersionField) -> bool {
    let described = schemas_at(schema.root, schema.dialect, field.place());
    let fixes = |value: &Value| {
        [Keyword::Const, Keyword::Enum]
            .into_iter()
            .any(|keyword| value.keyword(keyword).is_some())
    };
    let fixes_any = described
        .iter()
        .any(|described| described.is_certain && fixes(described.value));
    !fixes_any || without_version_pin(schema, field).is_some()
}

/// References to references that are followed: more lead in a circle or to nobody's version.
// INVARIANT: beyond it the pin is compared as content, which can add a break and never hides one. References in a circle end here.
const MOST_REFERENCES: usize = 16;

struct Opener<'v> {
    schema: Schema<'v>,
    /// Made when the first reference is met.
    resolver: Option<Resolver<'v>>,
    depth: usize,
}

impl<'v> Opener<'v> {
    /// A copy of a schema without the pins of the property that `names` lead to. `None` if it has none.
    fn open(&mut self, value: &'v Value, around: &LexicalScope, names: &[String]) -> Option<Value> {
        let object = value.as_object()?;
        let scope = around.inside(value);
        let hides = scope.dialect.hides_siblings(value);
        let mut entries: Vec<Member> = object.iter().cloned().collect();
        let mut is_open = false;
        if !hides {
            is_open |= names.is_empty() && remove_pin(&mut entries, scope.dialect);
            is_open |= self.open_branches(&mut entries, object, &scope, names);
            if let Some((name, rest)) = names.split_first() {
                is_open |= self.open_property(&mut entries, object, &scope, (name, rest));
            }
        }
        if let Some(opened) = self.open_reference(object, &scope, names) {
            is_open = true;
            entries.retain(|entry| entry.keyword() != Some(Keyword::Ref));
            if hides || entries.is_empty() {
                return Some(opened);
            }
            add_branch(&mut entries, opened);
        }
        is_open.then(|| Value {
            span: value.span,
            kind: Kind::Object(JsonObject::from_entries(entries)),
        })
    }

    fn open_property(
        &mut self,
        entries: &mut [Member],
        object: &'v JsonObject,
        scope: &LexicalScope,
        (name, rest): (&str, &[String]),
    ) -> bool {
        let property = object
            .keyword(Keyword::Properties)
            .and_then(|properties| properties.member(name));
        let Some(opened) = property.and_then(|property| self.open(property, scope, rest)) else {
            return false;
        };
        let properties = entries
            .iter_mut()
            .find(|entry| entry.keyword() == Some(Keyword::Properties));
        if let Some(Kind::Object(properties)) = properties.map(|entry| &mut entry.value.kind)
            && let Some(property) = properties.value_mut(name)
        {
            *property = opened;
        }
        true
    }

    fn open_branches(
        &mut self,
        entries: &mut [Member],
        object: &'v JsonObject,
        scope: &LexicalScope,
        names: &[String],
    ) -> bool {
        let branches = object
            .keyword(Keyword::AllOf)
            .and_then(Value::as_array)
            .unwrap_or_default();
        let opened: Vec<_> = branches.iter().map(|branch| self.open(branch, scope, names)).collect();
        let list = entries.iter_mut().find(|entry| entry.keyword() == Some(Keyword::AllOf));
        let Some(Kind::Array(list)) = list.map(|entry| &mut entry.value.kind) else {
            return false;
        };
        let mut is_open = false;
        for (branch, opened) in list.iter_mut().zip(opened) {
            if let Some(opened) = opened {
                *branch = opened;
                is_open = true;
            }
        }
        is_open
    }

    /// What a reference leads to, opened: a copy, since others may refer to it too. References in it have to mean the same where the copy
    /// stands.
    fn open_reference(&mut self, object: &'v JsonObject, scope: &LexicalScope, names: &[String]) -> Option<Value> {
        let text = object.keyword(Keyword::Ref)?.as_str()?;
        if self.depth == MOST_REFERENCES {
            return None;
        }
        let Schema { root, dialect } = self.schema;
        let resolver = self.resolver.get_or_insert_with(|| Resolver::new(root, dialect));
        let target = resolver.resolve(&scope.base, text).ok()?;
        if target.scope != *scope || target.value.keyword(Keyword::Id).is_some() {
            return None;
        }
        self.depth += 1;
        let opened = self.open(target.value, &target.scope, names);
        self.depth -= 1;
        opened
    }
}

/// Takes the pin of a property away; its type stays. Returns whether there was one.
fn remove_pin(entries: &mut Vec<Member>, dialect: Dialect) -> bool {
    let pin_of = |entry: &Member| {
        let keyword = entry.keyword().filter(|keyword| dialect.has_keyword(*keyword))?;
        pinned_value(keyword, &entry.value).cloned()
    };
    let Some(pin) = entries.iter().find_map(pin_of) else {
        return false;
    };
    entries.retain(|entry| pin_of(entry).is_none());
    // A pin says the type along with the value, and the type is content.
    if !entries.iter().any(|entry| entry.keyword() == Some(Keyword::Type)) {
        entries.push(Member::new(Keyword::Type, Value::string(pin.kind_name())));
    }
    true
}

/// Adds a schema that has to hold besides.
fn add_branch(entries: &mut Vec<Member>, branch: Value) {
    let list = entries.iter_mut().find(|entry| entry.keyword() == Some(Keyword::AllOf));
    match list.map(|entry| &mut entry.value.kind) {
        Some(Kind::Array(list)) => list.push(branch),
        _ => entries.push(Member::new(Keyword::AllOf, Value::array(vec![branch]))),
    }
}

/// The one value that a keyword allows. A list of several values says what the versions are called, which is content.
fn pinned_value(keyword: Keyword, value: &Value) -> Option<&Value> {
    match (keyword, value.as_array()) {
        (Keyword::Const, _) => Some(value),
        (Keyword::Enum, Some([only])) => Some(only),
        _ => None,
    }
}
