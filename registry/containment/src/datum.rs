//! JSON values as the solver builds and compares them: numbers by value, objects by key. In and out: `model::Value`.

use std::rc::Rc;

use schemactl_model::{JsonNumber, JsonObject, Kind, Member, Value};

use super::number::Rational;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Datum {
    Null,
    Bool(bool),
    Number(Rational),
    String(Rc<str>),
    Array(Vec<Datum>),
    Object(ObjectMembers),
}

/// The members of an object, sorted by name, each name once.
// INVARIANT: sorted, or equal objects differ, and a name is not found that is there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ObjectMembers(Box<[(Rc<str>, Datum)]>);

impl ObjectMembers {
    pub(crate) fn get(&self, name: &str) -> Option<&Datum> {
        let at = self.0.binary_search_by(|(own, _)| own.as_ref().cmp(name)).ok()?;
        Some(&self.0[at].1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Rc<str>, &Datum)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// Of two members of one name the first stays; the parser refuses such objects.
impl FromIterator<(Rc<str>, Datum)> for ObjectMembers {
    fn from_iter<I: IntoIterator<Item = (Rc<str>, Datum)>>(members: I) -> Self {
        let mut members: Vec<_> = members.into_iter().collect();
        members.sort_by(|one, other| one.0.cmp(&other.0));
        members.dedup_by(|one, other| one.0 == other.0);
        Self(members.into())
    }
}

impl Datum {
    /// `None` if a number in it has too many places.
    pub(crate) fn from_value(value: &Value) -> Option<Self> {
        Some(match &value.kind {
            Kind::Null => Self::Null,
            Kind::Bool(flag) => Self::Bool(*flag),
            Kind::Number(number) => Self::Number(Rational::parse(number.as_str())?),
            Kind::String(text) => Self::String(text.as_str().into()),
            Kind::Array(elements) => Self::Array(elements.iter().map(Self::from_value).collect::<Option<_>>()?),
            Kind::Object(members) => Self::Object(
                members
                    .iter()
                    .map(|member| Some((Rc::from(member.key.as_str()), Self::from_value(&member.value)?)))
                    .collect::<Option<_>>()?,
            ),
        })
    }

    pub(crate) fn to_value(&self) -> Value {
        Value::computed(match self {
            Self::Null => Kind::Null,
            Self::Bool(flag) => Kind::Bool(*flag),
            Self::Number(number) => Kind::Number(JsonNumber::from_text(&number.to_string())),
            Self::String(text) => Kind::String(text.to_string()),
            Self::Array(elements) => Kind::Array(elements.iter().map(Self::to_value).collect()),
            Self::Object(members) => Kind::Object(JsonObject::from_entries(
                members
                    .iter()
                    .map(|(key, value)| Member::new(key, value.to_value()))
                    .collect(),
            )),
        })
    }

    /// How many values there are in it, as far as that is no more than `most`.
    pub(crate) fn size(&self, most: usize) -> usize {
        let mut size = 1;
        let parts: Box<dyn Iterator<Item = &Self>> = match self {
            Self::Array(elements) => Box::new(elements.iter()),
            Self::Object(members) => Box::new(members.iter().map(|(_, value)| value)),
            _ => return size,
        };
        for part in parts {
            if size > most {
                break;
            }
            size += part.size(most - size);
        }
        size
    }

    pub(crate) fn text(text: &str) -> Self {
        Self::String(text.into())
    }
}
