//! What definitions are called that stand for places of other files. In: the places. Out: their names, and the texts of references to them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Bundler, FilePlace, Link};
use crate::dialect::Dialect;
use crate::keyword::Keyword;
use crate::pointer::Pointer;
use crate::uri::encode_fragment;
use crate::value::{JsonObject, Kind, Member, Value};

/// What a document is called that has no identifier, where a resource in it has to refer to it.
pub(super) const DOCUMENT: &str = "urn:schemactl:document";

/// What the definitions are called that stand for places of files.
pub(super) struct DefinitionNames<'n> {
    pub(super) keyword: Keyword,
    pub(super) names: BTreeMap<&'n FilePlace, String>,
    /// The identifier of the document, where each definition is a resource with an identifier of its own: they are, as soon as
    /// the files are not all of one dialect. A pointer from the root of the document would mean nothing inside them.
    pub(super) own_base: Option<String>,
}

impl<'n> DefinitionNames<'n> {
    /// In the order of the files: that of the references is no part of what a schema says.
    pub(super) fn new(bundler: &'n Bundler<'_>, root: &Value) -> Self {
        let keyword = bundler.dialect.definitions_keyword();
        let is_mixed = bundler.dialects().any(|dialect| dialect != bundler.dialect);
        let own_base = is_mixed.then(|| match bundler.root_base.as_str() {
            "" => DOCUMENT.to_owned(),
            base => base.to_owned(),
        });
        let own = root.keyword(keyword).and_then(Value::as_object);
        let own = own.into_iter().flat_map(JsonObject::iter);
        let mut taken: BTreeSet<String> = own.map(|entry| entry.key.clone()).collect();
        let names = bundler.taken.keys().map(|place| {
            let name = pick_unused_name(&wish_for_name(place), |name| taken.contains(name));
            taken.insert(name.clone());
            (place, name)
        });
        Self {
            keyword,
            names: names.collect(),
            own_base,
        }
    }

    /// The text of a reference. `document` leads to the document from where the reference stands.
    pub(super) fn text(&self, link: &Link, document: &str) -> String {
        match link {
            Link::Document(text) => format!("{document}{text}"),
            Link::Definition(place) if self.own_base.is_some() => self.identifier(place),
            Link::Definition(place) => {
                let pointer = Pointer::root().join(self.keyword).join(self.names[place].as_str());
                format!("{document}#{}", encode_fragment(&pointer))
            }
        }
    }

    /// A definition as a resource of its own, where the definitions are such.
    pub(super) fn as_resource(&self, place: &FilePlace, dialect: Dialect, definition: Value) -> Value {
        let Kind::Object(members) = &definition.kind else {
            return definition;
        };
        if self.own_base.is_none() {
            return definition;
        }
        let identifier = self.identifier(place);
        let own = [
            (dialect.id_keyword(), identifier.as_str()),
            (Keyword::Schema, dialect.uri()),
        ];
        let own = own.map(|(keyword, text)| {
            let text = Value {
                span: definition.span,
                ..Value::string(text)
            };
            Member::spanned(keyword.into(), definition.span, text)
        });
        let entries = own.into_iter().chain(members.iter().cloned()).collect();
        Value {
            kind: Kind::Object(JsonObject::from_entries(entries)),
            span: definition.span,
        }
    }

    /// The identifier of a definition that is a resource of its own.
    pub(super) fn identifier(&self, place: &FilePlace) -> String {
        let name = Pointer::root().join(self.names[place].as_str());
        format!("urn:schemactl{}", encode_fragment(&name).replacen('/', ":", 1))
    }
}

/// A document with an identifier, so that the resources in it can refer to it.
pub(super) fn with_identifier(root: Value) -> Value {
    let Kind::Object(members) = &root.kind else {
        return root;
    };
    let text = Value {
        span: root.span,
        ..Value::string(DOCUMENT)
    };
    let identifier = Member::spanned(Keyword::Id.into(), root.span, text);
    let entries = std::iter::once(identifier).chain(members.iter().cloned()).collect();
    Value {
        kind: Kind::Object(JsonObject::from_entries(entries)),
        span: root.span,
    }
}

/// The name of the place, or of the file; of a version of an event the event's.
pub(super) fn wish_for_name(place: &FilePlace) -> String {
    if let Some(last) = place.pointer.tokens().last() {
        return last.clone();
    }
    let mut parts = place.file.rsplit('/');
    let file = parts.next().unwrap_or(&place.file);
    let stem = file.strip_suffix(".json").unwrap_or(file);
    let is_version = stem.parse::<crate::version::Version>().is_ok();
    parts.next().filter(|_| is_version).unwrap_or(stem).to_owned()
}

/// Returns a name that is not taken, as close to `wish` as possible: the wish itself, or with `-2`, `-3` and so on behind it.
pub fn pick_unused_name(wish: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(wish) {
        return wish.to_owned();
    }
    let mut numbers = 2..;
    loop {
        let name = format!("{wish}-{}", numbers.next().expect("the range has no end"));
        if !taken(&name) {
            return name;
        }
    }
}
