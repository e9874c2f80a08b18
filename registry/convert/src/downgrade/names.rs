//! `propertyNames`. Draft-04 has no word for the names of an object, but it closes objects: names that match a pattern or
//! stand in a list are those of `patternProperties` and `properties` beside `additionalProperties: false`.

use crate::count::read_count;
use std::collections::BTreeSet;

use super::{Draft4Converter, Draft4Schema};
use schemactl_model::{
    Keyword, Kind, Member, Pointer, Value, any_annotation, any_applicator, any_assertion, any_definitions,
    any_identifier,
};

/// A condition on names.
#[derive(Clone, Debug, PartialEq, Eq)]
enum NameRange {
    /// Only these.
    Among(ListedNames),
    /// None of these.
    Outside(ListedNames),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct ListedNames {
    names: BTreeSet<String>,
    patterns: BTreeSet<String>,
}

impl<'v> Draft4Converter<'v> {
    pub(super) fn property_names(&mut self, member: &'v Member, pointer: &Pointer, out: &mut Draft4Schema) {
        let holder = pointer.join(Keyword::PropertyNames);
        match self.names(&member.value, &holder, LONGEST_WAY) {
            Some(conditions) => conditions.into_iter().for_each(|names| out.and(names.into_schema())),
            None => self.lose(member, pointer),
        }
    }

    /// Conditions that hold together. `None` if the schema says something of names that is not known here.
    fn names(&self, schema: &'v Value, pointer: &Pointer, way: usize) -> Option<Vec<NameRange>> {
        let Kind::Object(members) = &schema.kind else {
            let takes_nothing = schema.kind == Kind::Bool(false);
            return Some(if takes_nothing { vec![none()] } else { Vec::new() });
        };
        let mut all = vec![];
        for member in members.iter() {
            all.extend(self.condition(member, pointer, way)?);
        }
        all.extend(length(schema)?);
        Some(all)
    }

    fn condition(&self, member: &'v Member, pointer: &Pointer, way: usize) -> Option<Vec<NameRange>> {
        let way = way.checked_sub(1)?;
        let value = &member.value;
        Some(match member.keyword()? {
            Keyword::Pattern => vec![NameRange::Among(ListedNames::pattern(value.as_str()?))],
            Keyword::Enum => vec![NameRange::Among(ListedNames::names(value.as_array()?))],
            Keyword::Const => vec![NameRange::Among(ListedNames::names(std::slice::from_ref(value)))],
            Keyword::Type if is_string(value) => Vec::new(),
            Keyword::Type => vec![none()],
            Keyword::AllOf => {
                let branches = value.as_array()?.iter();
                let read: Option<Vec<_>> = branches
                    .enumerate()
                    .map(|(index, branch)| {
                        self.names(branch, &pointer.join(Keyword::AllOf).join(index.to_string()), way)
                    })
                    .collect();
                read?.concat()
            }
            Keyword::AnyOf => vec![NameRange::Among(self.any(value, pointer, way)?)],
            Keyword::Not => {
                let [NameRange::Among(listed)] = &self.names(value, &pointer.join(Keyword::Not), way)?[..] else {
                    return None;
                };
                vec![NameRange::Outside(listed.clone())]
            }
            Keyword::Ref => {
                let target = self.references.target(pointer, Keyword::Ref)?;
                self.names(target.value, &target.pointer, way)?
            }
            // Both are read together.
            Keyword::MinLength | Keyword::MaxLength => Vec::new(),
            // What says nothing of a name.
            Keyword::Anchor
            | Keyword::Comment
            | Keyword::Default
            | Keyword::Deprecated
            | Keyword::Description
            | Keyword::Examples
            | Keyword::Format
            | Keyword::Title => Vec::new(),
            any_annotation!() | any_applicator!() | any_assertion!() | any_definitions!() | any_identifier!() => {
                return None;
            }
            Keyword::ContentSchema => return None,
        })
    }

    fn any(&self, branches: &'v Value, pointer: &Pointer, way: usize) -> Option<ListedNames> {
        let mut all = ListedNames::default();
        for (index, branch) in branches.as_array()?.iter().enumerate() {
            let conditions = self.names(branch, &pointer.join(Keyword::AnyOf).join(index.to_string()), way)?;
            let [NameRange::Among(listed)] = &conditions[..] else {
                return None;
            };
            all.names.extend(listed.names.iter().cloned());
            all.patterns.extend(listed.patterns.iter().cloned());
        }
        Some(all)
    }
}

/// How far references and branches are followed; a schema of names that goes further is none that people write.
const LONGEST_WAY: usize = 32;

fn is_string(types: &Value) -> bool {
    let string = |value: &Value| value.as_str() == Some("string");
    string(types) || types.as_array().is_some_and(|types| types.iter().any(string))
}

fn none() -> NameRange {
    NameRange::Among(ListedNames::default())
}

/// `minLength` and `maxLength` as one pattern. `None` if one of them is too large to count to.
fn length(schema: &Value) -> Option<Vec<NameRange>> {
    let (least, most) = (schema.keyword(Keyword::MinLength), schema.keyword(Keyword::MaxLength));
    if least.is_none() && most.is_none() {
        return Some(Vec::new());
    }
    let least = least.map_or(Some(0), |value| read_count(Some(value)))?;
    let most = match most {
        Some(value) => read_count(Some(value))?.to_string(),
        None => String::new(),
    };
    Some(vec![NameRange::Among(ListedNames::pattern(&format!(
        "^[\\s\\S]{{{least},{most}}}$"
    )))])
}

impl ListedNames {
    fn pattern(pattern: &str) -> Self {
        Self {
            patterns: BTreeSet::from([pattern.to_owned()]),
            ..Self::default()
        }
    }

    fn names(values: &[Value]) -> Self {
        Self {
            names: values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            ..Self::default()
        }
    }

    fn members(self, schema: &Value) -> Vec<Member> {
        let each = |texts: BTreeSet<String>| {
            Value::object(texts.iter().map(|text| Member::new(text, schema.clone())).collect())
        };
        let mut members = Vec::new();
        if !self.names.is_empty() {
            members.push(Member::new(Keyword::Properties, each(self.names)));
        }
        if !self.patterns.is_empty() {
            members.push(Member::new(Keyword::PatternProperties, each(self.patterns)));
        }
        members
    }
}

impl NameRange {
    fn into_schema(self) -> Value {
        match self {
            Self::Among(listed) if listed == ListedNames::default() => {
                Value::object_of(Keyword::MaxProperties, Value::from_count(0))
            }
            Self::Among(listed) => {
                let mut members = listed.members(&Value::accept_all());
                members.push(Member::new(Keyword::AdditionalProperties, Value::boolean(false)));
                Value::object(members)
            }
            Self::Outside(listed) => Value::object(listed.members(&Value::accept_none())),
        }
    }
}
