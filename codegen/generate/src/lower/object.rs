//! Objects: a struct where properties are named, a map where they are not.

use std::collections::BTreeSet;

use schemactl_model::{Keyword, Kind, SubschemaRef, Value};

use super::conjunction::{Conjunction, NEEDS};
use super::hints::MOST_HINTS;
use super::kinds::Kinds;
use super::view::View;
use super::{Lowerer, Lowering, LoweringKey, text_of};
use crate::ir::{Constant, Field, OtherProperties, Structure, Table, Type, TypeId, TypeShape, ValueLimits};
use crate::names::{name_field, name_place, to_pascal, to_snake};
use crate::settings::{Money, UnknownFields};
use crate::untyped::UntypedReason;

impl<'v> Lowerer<'v> {
    pub(super) fn object(
        &mut self,
        views: &[&View<'v>],
        (name, alternatives): (&str, &[Conjunction<'v>]),
        key: Option<&LoweringKey>,
    ) -> Type {
        let parts = || views.iter().flat_map(|view| &view.parts);
        if let Some(listing) = parts().find(|part| lists_objects(part)) {
            return Type::untyped(UntypedReason::ListedWholes, Some(listing));
        }
        let is_empty = matches!(views, [view] if is_closed(view) && !view.opaque);
        if !is_empty && parts().all(|part| part.members(Keyword::Properties).is_empty()) {
            return self.map(views, name);
        }
        let index = self.define(name, &alternatives[0], TypeShape::Struct(Structure::default()));
        // Its name is taken before those of its fields, so that the outer type gets the plain one, and they may refer to it.
        if let Some(key) = key {
            self.announce(key, index);
        }
        let holder = self.next_holder.take();
        if alternatives
            .iter()
            .flat_map(Conjunction::schemas)
            .any(|node| node.pointer == self.root)
        {
            self.event_types.insert(index, 0);
        } else if let Some(depth) = holder {
            self.event_types.insert(index, depth);
        }
        let shape = match self.tagged(views, index) {
            Some(choice) => choice,
            None => TypeShape::Struct(self.structure(views, index)),
        };
        self.types[index].shape = shape;
        Type::Named(index)
    }

    /// Returns a struct with the properties of all alternatives. A property that only some of them describe can be anything in the
    /// others.
    pub(super) fn structure(&mut self, views: &[&View<'v>], index: TypeId) -> Structure {
        let type_name = self.types[index].name.clone();
        let mut names = BTreeSet::new();
        let mut fields = Table::default();
        let hints = self.hints(views);
        for key in keys(views, &hints) {
            let field = self.field(views, key, index);
            if let Some(field) = field {
                fields.push(Field {
                    name: name_field(key, &mut names),
                    ..field
                });
            }
        }
        let closed = views.iter().all(|view| is_closed(view));
        let rest = self.rest(views, &hints, &type_name);
        Structure {
            fields,
            others: self.others(rest, closed),
            others_limits: self.limits_of_unnamed(views),
            closed,
        }
    }

    /// What readers do with properties without a name. `rest` is the type of those that the schema says something about.
    fn others(&self, rest: Option<Type>, closed: bool) -> OtherProperties {
        match (rest, self.settings.unknown_fields) {
            (_, UnknownFields::Refuse) if closed => OtherProperties::Refused,
            (Some(value), _) => OtherProperties::Described(value),
            (None, UnknownFields::Preserve) => OtherProperties::Preserved,
            (None, UnknownFields::Ignore | UnknownFields::Refuse) => OtherProperties::Ignored,
        }
    }

    fn field(&mut self, views: &[&View<'v>], key: &'v str, index: TypeId) -> Option<Field> {
        let described: Vec<_> = views.iter().filter_map(|view| self.described(view, key)).collect();
        if described.is_empty() {
            return self.impossible_field(views, key);
        }
        let places: Vec<_> = described.iter().flat_map(Conjunction::schemas).collect();
        let lowered = match self.version(&described, key, index) {
            Some(version) => Lowering::plain(version),
            None => match self.version_holder(&described, key, index) {
                Some(holder) => holder,
                None => match self.pinned_property(views, &described, key, index) {
                    Some(constant) => Lowering::plain(constant),
                    None => self.property(views, &described, key, index),
                },
            },
        };
        Some(Field {
            name: String::new(),
            key: key.to_owned(),
            docs: places.iter().find_map(|place| self.docs(place)),
            deprecated: places.iter().any(|place| place.is_true(Keyword::Deprecated)),
            required: is_required(views, key),
            nullable: lowered.nullable,
            renamed_from: places
                .iter()
                .find_map(|place| place.text(Keyword::RenamedFrom))
                .map(str::to_owned),
            default: places
                .iter()
                .find_map(|place| place.keyword(Keyword::Default))
                .map(Value::to_json),
            value: lowered.value,
            limits: self.limits(&described),
            places: places.iter().map(|place| place.pointer.clone()).collect(),
        })
    }

    /// The one value of the property that makes this an alternative, if conditions ask for it.
    fn pinned_property(
        &mut self,
        views: &[&View<'v>],
        described: &[Conjunction<'v>],
        key: &str,
        index: TypeId,
    ) -> Option<Type> {
        let [view] = views else { return None };
        let pinned = view.pinned.as_ref().filter(|pinned| pinned.key == key)?;
        let value = <[_; 1]>::try_from(pinned.values.clone()).ok().map(|[only]| only)?;
        let constant = match value.as_str() {
            Some(text) => Constant::Text(text.to_owned()),
            None => Constant::Json(value.to_json()),
        };
        let name = format!("{}{}", self.types[index].name, to_pascal(key));
        let docs = Conjunction {
            hints: described.first()?.schemas().cloned().collect(),
            certain: Vec::new(),
        };
        let place = docs
            .schemas()
            .next()
            .map(|node| text_of(&node.pointer))
            .unwrap_or_default();
        let name = name_place(&name, &place, &mut self.names);
        Some(Type::Named(self.define_as(name, &docs, TypeShape::Constant(constant))))
    }

    /// A property that no alternative allows. If each names it to say so, nobody can make its value; otherwise it is not there.
    fn impossible_field(&self, views: &[&View<'v>], key: &str) -> Option<Field> {
        let refusing = views.iter().map(|view| {
            let named = view
                .parts
                .iter()
                .filter_map(|part| part.member(Keyword::Properties, key));
            named.into_iter().find(SubschemaRef::is_false)
        });
        let refusing: Vec<_> = refusing.collect::<Option<_>>()?;
        Some(Field {
            name: String::new(),
            key: key.to_owned(),
            docs: refusing.iter().find_map(|place| self.docs(place)),
            deprecated: false,
            required: is_required(views, key),
            nullable: false,
            renamed_from: None,
            default: None,
            value: Type::Never,
            limits: ValueLimits::default(),
            places: refusing.iter().map(|place| place.pointer.clone()).collect(),
        })
    }

    /// What an alternative says about a property: schemas that all apply, none if it can be anything, and hints. `None` if the
    /// alternative has no such property.
    fn described(&self, view: &View<'v>, key: &str) -> Option<Conjunction<'v>> {
        if view.forbids(key) {
            return None;
        }
        let mut found = Vec::new();
        for part in &view.parts {
            if let Some(property) = part.member(Keyword::Properties, key) {
                found.push(property);
            } else if let Some(others) = part
                .subschema(Keyword::AdditionalProperties)
                .filter(|_| part.keyword(Keyword::PatternProperties).is_none())
            {
                if others.is_false() {
                    return None;
                }
                found.push(others);
            }
        }
        found.retain(|node| node.value.kind != Kind::Bool(true));
        if found.iter().any(SubschemaRef::is_false) {
            return None;
        }
        if self.lists_wholes(view) && self.may_hold(&found) {
            return Some(Conjunction::default());
        }
        Some(Conjunction {
            hints: self.hints_of_member(view, key),
            certain: found,
        })
    }

    fn property(&mut self, views: &[&View<'v>], described: &[Conjunction<'v>], key: &str, index: TypeId) -> Lowering {
        // Where nothing applies it can be anything, whatever is hinted.
        if described.iter().any(|all| all.certain.is_empty()) {
            return Lowering::plain(self.any_property(views, described, key));
        }
        let lowered = self.shape(described, &format!("{}{}", self.types[index].name, to_pascal(key)));
        if !is_money(key) {
            return lowered;
        }
        let mut numbers = match &lowered.value {
            Type::Named(index) => self.types[*index].shape.numbers_mut(),
            _ => Vec::new(),
        };
        if self.settings.money == Money::Float {
            let is_float = lowered.value == Type::F64 || !numbers.is_empty();
            let places = described.iter().flat_map(Conjunction::schemas).filter(|_| is_float);
            self.float_money
                .extend(places.map(|place| (key.to_owned(), place.value.span)));
            return lowered;
        }
        for number in &mut numbers {
            **number = Type::Decimal;
        }
        let value = match lowered.value {
            Type::F64 => Type::Decimal,
            Type::String if described.iter().all(|all| self.says_decimal(all)) => Type::DecimalText,
            other => other,
        };
        Lowering { value, ..lowered }
    }

    /// The type of a property that an alternative says nothing about.
    fn any_property(&self, views: &[&View<'v>], described: &[Conjunction<'v>], key: &str) -> Type {
        let hints = self.hints(views);
        let hinted = hints.iter().find_map(|hint| hint.member(Keyword::Properties, key));
        let reason = if views.iter().any(|view| self.lists_wholes(view)) {
            UntypedReason::ListedWholes
        } else if described.iter().any(|all| !all.certain.is_empty()) {
            UntypedReason::OpenAlternative
        } else if views.iter().any(|view| view.is_folded) {
            UntypedReason::Alternatives
        } else if hinted.is_some() {
            UntypedReason::Conditional
        } else {
            UntypedReason::Unconstrained
        };
        let place = described.iter().flat_map(|all| &all.certain).next().or(hinted.as_ref());
        let place = place.or_else(|| views.first().and_then(|view| view.parts.last()));
        Type::untyped(reason, place)
    }

    /// Whether a text is a decimal in every alternative.
    fn says_decimal(&self, all: &Conjunction<'v>) -> bool {
        let is_decimal = |part: &SubschemaRef<'_>| {
            part.text(Keyword::Format) == Some("decimal") || part.text(Keyword::Pattern).is_some_and(describes_decimals)
        };
        let views = self.views(all);
        let mut texts = views.iter().filter(|view| view.kinds().meets(Kinds::STRING));
        texts.all(|view| view.parts.iter().any(is_decimal))
    }

    /// What is kept of properties without a name here: those that the schema says something about, and all of them where it
    /// counts them or where leaving one out could change what else applies.
    fn rest(&mut self, views: &[&View<'v>], hints: &[SubschemaRef<'v>], type_name: &str) -> Option<Type> {
        let parts = || views.iter().flat_map(|view| &view.parts);
        let described = |part: &&SubschemaRef<'v>| {
            part.subschema(Keyword::AdditionalProperties)
                .is_some_and(|values| values.object().is_some())
        };
        let patterns = parts().any(|part| part.keyword(Keyword::PatternProperties).is_some());
        let is_closed_by_all = views.iter().all(|view| is_closed(view));
        if (patterns || parts().any(|part| described(&part))) && !is_closed_by_all {
            let open = views.iter().filter(|view| !is_closed(view));
            if let Ok(values) = open
                .map(|view| self.unnamed_values(view))
                .collect::<Result<Vec<_>, _>>()
            {
                return Some(self.shape(&values.concat(), &format!("{type_name}Value")).whole());
            }
        }
        let counts = |part: &SubschemaRef<'_>| part.keyword(Keyword::MinProperties).is_some();
        let unevaluated = |part: &SubschemaRef<'_>| {
            part.subschema(Keyword::UnevaluatedProperties)
                .is_some_and(|rest| rest.object().is_some())
        };
        let several = views.len() > 1;
        let keeps = patterns
            || parts()
                .any(|part| described(&part) || unevaluated(part) || counts(part) || (several && limits_names(part)))
            || hints.len() > MOST_HINTS
            || hints.iter().any(|hint| self.mentions_unnamed(hint))
            || views.iter().any(|view| view.opaque);
        let reason = if patterns {
            UntypedReason::Patterns
        } else if several {
            UntypedReason::Alternatives
        } else if parts().any(|part| described(&part)) {
            UntypedReason::CombinedMaps
        } else {
            UntypedReason::Conditional
        };
        let place = views.first().and_then(|view| view.parts.last());
        (keeps && !is_closed_by_all).then(|| Type::untyped(reason, place))
    }
}

/// Whether every alternative requires a property.
fn is_required(views: &[&View<'_>], key: &str) -> bool {
    let mut views = views.iter();
    views.all(|view| view.parts.iter().any(|part| part.required().any(|name| name == key)))
}

/// Every property that is named, in the order of the source: described, required, or on which something depends.
fn keys<'v>(views: &[&View<'v>], hints: &[SubschemaRef<'v>]) -> Vec<&'v str> {
    let mut keys = Vec::new();
    let mut seen = BTreeSet::new();
    let mut add = |key: &'v str| {
        if seen.insert(key) {
            keys.push(key);
        }
    };
    let parts = || views.iter().flat_map(|view| &view.parts);
    parts()
        .flat_map(|part| part.members(Keyword::Properties))
        .for_each(|(key, _)| add(key));
    // What alternatives and conditions mention is among the hints, unless it was told apart.
    parts().for_each(|part| needed(part, &mut add));
    for hint in hints {
        hint.members(Keyword::Properties)
            .into_iter()
            .for_each(|(key, _)| add(key));
        needed(hint, &mut add);
    }
    keys
}

/// The properties that a schema requires, or that others depend on.
fn needed<'v>(node: &SubschemaRef<'v>, add: &mut impl FnMut(&'v str)) {
    node.required().for_each(&mut *add);
    for (key, needs) in NEEDS.into_iter().flat_map(|keyword| node.members(keyword)) {
        add(key);
        let names = needs.value.as_array().unwrap_or_default();
        names.iter().filter_map(Value::as_str).for_each(&mut *add);
    }
}

/// Whether the names of an alternative's properties are all known.
pub(super) fn is_closed(view: &View<'_>) -> bool {
    let closes = |part: &SubschemaRef<'_>| {
        part.subschema(Keyword::AdditionalProperties)
            .is_some_and(|others| others.is_false())
            && part.keyword(Keyword::PatternProperties).is_none()
    };
    view.parts.iter().any(closes)
}

fn limits_names(part: &SubschemaRef<'_>) -> bool {
    [
        Keyword::AdditionalProperties,
        Keyword::PatternProperties,
        Keyword::PropertyNames,
        Keyword::MaxProperties,
        Keyword::UnevaluatedProperties,
    ]
    .into_iter()
    .any(|keyword| part.keyword(keyword).is_some())
}

fn lists_objects(part: &SubschemaRef<'_>) -> bool {
    let is_object = |value: &Value| value.as_object().is_some();
    part.keyword(Keyword::Const).is_some_and(is_object)
        || part
            .keyword(Keyword::Enum)
            .and_then(Value::as_array)
            .is_some_and(|values| values.iter().any(is_object))
}

/// Whether a pattern looks like one of digits around a point. Nothing hangs on it but the name of a type that takes every text.
fn describes_decimals(pattern: &str) -> bool {
    let has_point = ["\\.", "[.]"].iter().any(|point| pattern.contains(point));
    let plain = pattern
        .replace("\\d", "0")
        .replace("\\.", ".")
        .replace("\\-", "-")
        .replace("?:", "");
    has_point
        && plain.contains('0')
        && plain
            .chars()
            .all(|letter| letter.is_ascii_digit() || "^$()[]{},?*+|.-".contains(letter))
}

/// Words for money, in the name of a property.
fn is_money(key: &str) -> bool {
    const WORDS: [&str; 10] = [
        "amount", "price", "total", "subtotal", "cost", "fee", "balance", "tax", "revenue", "discount",
    ];
    to_snake(key).split('_').any(|word| WORDS.contains(&word))
}
