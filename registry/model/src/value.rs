//! A JSON value that remembers where it was written. Objects keep the order of the source and hold each key once
//! (`parse` refuses duplicates); numbers keep their exact value.

use crate::keyword::Keyword;
use crate::number::JsonNumber;
use crate::source::Span;

/// A JSON value with the span of its source text.
#[derive(Clone, Debug)]
pub struct Value {
    /// What the value is.
    pub kind: Kind,
    /// Where it stands in the source; empty for values that were computed.
    pub span: Span,
}

/// The six kinds of JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, exact.
    Number(JsonNumber),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(JsonObject),
}

/// The members of an object in source order, each key once.
#[derive(Clone, Debug, Default)]
pub struct JsonObject {
    entries: Vec<Member>,
}

/// One member of an object.
#[derive(Clone, Debug)]
pub struct Member {
    /// The key, unescaped.
    pub key: String,
    /// Where the key stands, quotes included.
    pub key_span: Span,
    /// The value.
    pub value: Value,
    /// The keyword that the key is.
    // INVARIANT: it is made with the key, which nobody changes afterwards. What a schema says is read by it, and by the key nowhere.
    keyword: Option<Keyword>,
}

/// Values that a program makes: they stand nowhere in a source.
impl Value {
    /// Returns the object of those members. The caller answers for the uniqueness of the keys.
    pub fn object(members: Vec<Member>) -> Self {
        Self::computed(Kind::Object(JsonObject::from_entries(members)))
    }

    /// Returns the object of that one member.
    pub fn object_of(key: impl AsRef<str>, value: Self) -> Self {
        Self::object(vec![Member::new(key, value)])
    }

    /// Returns the array of those elements.
    pub fn array(elements: Vec<Self>) -> Self {
        Self::computed(Kind::Array(elements))
    }

    /// Returns the string of that text.
    pub fn string(text: &str) -> Self {
        Self::computed(Kind::String(text.to_owned()))
    }

    /// Returns `true` or `false`.
    pub fn boolean(value: bool) -> Self {
        Self::computed(Kind::Bool(value))
    }

    /// Returns `null`.
    pub fn null() -> Self {
        Self::computed(Kind::Null)
    }

    /// Returns the schema that accepts everything, in every dialect.
    pub fn accept_all() -> Self {
        Self::object(Vec::new())
    }

    /// Returns the schema that accepts nothing, as every dialect writes it.
    pub fn accept_none() -> Self {
        Self::object_of(Keyword::Not, Self::accept_all())
    }

    /// Returns the number that counts so many.
    pub fn from_count(count: usize) -> Self {
        Self::computed(Kind::Number(JsonNumber::from_text(&count.to_string())))
    }
}

impl Member {
    /// Returns a member that stands nowhere in a source.
    pub fn new(key: impl AsRef<str>, value: Value) -> Self {
        Self::spanned(key.as_ref().to_owned(), Span::default(), value)
    }

    /// Returns a member whose key stands there.
    pub fn spanned(key: String, key_span: Span, value: Value) -> Self {
        Self {
            keyword: Keyword::from_name(&key),
            key,
            key_span,
            value,
        }
    }

    /// Returns the same member with another value.
    #[must_use]
    pub fn with_value(&self, value: Value) -> Self {
        Self {
            key: self.key.clone(),
            key_span: self.key_span,
            value,
            keyword: self.keyword,
        }
    }

    /// Returns the keyword that the key is, in any dialect. In data, and among the names of properties, it means nothing.
    pub fn keyword(&self) -> Option<Keyword> {
        self.keyword
    }
}

/// Values are equal by JSON value: spans, key order and the spelling of numbers do not count.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for Value {}

impl PartialEq for JsonObject {
    fn eq(&self, other: &Self) -> bool {
        if self.len() != other.len() {
            return false;
        }
        // Mostly the order is the same; where it is not, the members are sorted, so that wide objects are not searched.
        if self.iter().zip(other.iter()).all(|(own, theirs)| own.key == theirs.key) {
            return self
                .iter()
                .zip(other.iter())
                .all(|(own, theirs)| own.value == theirs.value);
        }
        let by_key = |object: &'_ Self| -> Vec<usize> {
            let mut order: Vec<usize> = (0..object.len()).collect();
            order.sort_by(|one, two| object.entries[*one].key.cmp(&object.entries[*two].key));
            order
        };
        by_key(self).into_iter().zip(by_key(other)).all(|(own, theirs)| {
            let (own, theirs) = (&self.entries[own], &other.entries[theirs]);
            own.key == theirs.key && own.value == theirs.value
        })
    }
}

impl Eq for JsonObject {}

impl JsonObject {
    /// Creates an object of the given members. The caller answers for the uniqueness of the keys.
    pub fn from_entries(entries: Vec<Member>) -> Self {
        Self { entries }
    }

    /// Returns the members in source order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Member> + ExactSizeIterator {
        self.entries.iter()
    }

    /// Returns the member of that key. Linear: objects in schemas are small, and wide ones are walked, not searched.
    pub fn entry(&self, key: &str) -> Option<&Member> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Returns the value of that key.
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Returns the member that is that keyword.
    pub fn keyword_entry(&self, keyword: Keyword) -> Option<&Member> {
        self.entries.iter().find(|entry| entry.keyword == Some(keyword))
    }

    /// Returns the value of that keyword.
    pub fn keyword(&self, keyword: Keyword) -> Option<&Value> {
        self.keyword_entry(keyword).map(|entry| &entry.value)
    }

    /// Returns the value of that key, to be changed in its place.
    pub fn value_mut(&mut self, key: &str) -> Option<&mut Value> {
        let entry = self.entries.iter_mut().find(|entry| entry.key == key);
        entry.map(|entry| &mut entry.value)
    }

    /// Takes the member of that key out, if there is one.
    pub fn remove(&mut self, key: &str) {
        self.entries.retain(|entry| entry.key != key);
    }

    /// Puts a member last, in the place of the one that has its key.
    pub fn put_last(&mut self, member: Member) {
        self.remove(&member.key);
        self.entries.push(member);
    }

    /// Returns the member of that key, moved to the end, to be changed there.
    pub fn move_last(&mut self, key: &str) -> Option<&mut Member> {
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        let member = self.entries.remove(at);
        self.entries.push(member);
        self.entries.last_mut()
    }

    /// Returns the number of members.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Value {
    /// Creates a value that has no place in a source.
    pub fn computed(kind: Kind) -> Self {
        Self {
            kind,
            span: Span::default(),
        }
    }

    /// Returns the string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns whether it is an object or an array: it has parts.
    pub fn is_composite(&self) -> bool {
        matches!(self.kind, Kind::Object(_) | Kind::Array(_))
    }

    /// Returns the object, if it is one.
    pub fn as_object(&self) -> Option<&JsonObject> {
        match &self.kind {
            Kind::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Returns the elements, if it is an array.
    pub fn as_array(&self) -> Option<&[Value]> {
        match &self.kind {
            Kind::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns the member of that key, if this is an object that has it.
    pub fn member(&self, key: &str) -> Option<&Value> {
        self.as_object()?.value(key)
    }

    /// Returns the value of that keyword, if this is an object that has it.
    pub fn keyword(&self, keyword: Keyword) -> Option<&Value> {
        self.as_object()?.keyword(keyword)
    }

    /// Returns the name of this kind of value in messages: `null`, `boolean`, `number`, `string`, `array` or `object`.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "boolean",
            Kind::Number(_) => "number",
            Kind::String(_) => "string",
            Kind::Array(_) => "array",
            Kind::Object(_) => "object",
        }
    }
}
