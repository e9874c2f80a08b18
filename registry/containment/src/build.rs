//! Sets that no schema describes: by type, value, bound, pattern and part, and combinations of sets. In: sets of one session. Out: another
//! one. A set holds what its name says and nothing of another type; what a schema's keyword says of other types is a union with them.

use std::rc::Rc;

use rustc_hash::FxHashSet;
use schemactl_model::Value;

use crate::compile::{UnsupportedSetError, constant_of};
use crate::datum::Datum;
use crate::node::{Arena, DefinitionId, Form, Node};
use crate::number::Rational;
use crate::session::{InstanceSet, SetSession};
use crate::value_kind::{ANY, ARRAY, BOOL, Mask, NULL, NUMBER, OBJECT, STRING};

/// A type of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum JsonType {
    /// `null`.
    Null,
    /// `true` and `false`.
    Boolean,
    /// All numbers, whole or not.
    Number,
    /// Texts.
    String,
    /// Arrays.
    Array,
    /// Objects.
    Object,
}

impl JsonType {
    fn mask(self) -> Mask {
        match self {
            Self::Null => NULL,
            Self::Boolean => BOOL,
            Self::Number => NUMBER,
            Self::String => STRING,
            Self::Array => ARRAY,
            Self::Object => OBJECT,
        }
    }
}

/// Values, and combinations.
impl<'s> SetSession<'s> {
    /// Returns the set of all values.
    pub fn everything(&self) -> InstanceSet<'s> {
        InstanceSet::new(Node::TRUE)
    }

    /// Returns the set without a value.
    pub fn nothing(&self) -> InstanceSet<'s> {
        InstanceSet::new(Node::FALSE)
    }

    /// Returns all values of some types.
    pub fn types(&mut self, types: &[JsonType]) -> InstanceSet<'s> {
        let mask = types.iter().fold(0, |mask, own| mask | own.mask());
        InstanceSet::new(self.arena().types(mask))
    }

    /// Returns the set of one value.
    ///
    /// # Errors
    ///
    /// A number with thousands of digits.
    pub fn value(&mut self, value: &Value) -> Result<InstanceSet<'s>, UnsupportedSetError> {
        self.values(std::slice::from_ref(value))
    }

    /// Returns the set of these values.
    ///
    /// # Errors
    ///
    /// A number with thousands of digits.
    pub fn values(&mut self, values: &[Value]) -> Result<InstanceSet<'s>, UnsupportedSetError> {
        let constants = values.iter().map(|value| Ok(Rc::new(constant_of(value)?)));
        let constants = constants.collect::<Result<Vec<_>, _>>()?;
        Ok(InstanceSet::new(self.arena().constants(constants)))
    }

    /// Returns what is in one set or in several.
    pub fn union(&mut self, sets: &[InstanceSet<'s>]) -> InstanceSet<'s> {
        InstanceSet::new(self.arena().or(sets.iter().map(|set| set.node)))
    }

    /// Returns what all sets have in common.
    pub fn intersection(&mut self, sets: &[InstanceSet<'s>]) -> InstanceSet<'s> {
        InstanceSet::new(self.arena().and(sets.iter().map(|set| set.node)))
    }

    /// Returns all values that are not in a set.
    pub fn complement(&mut self, set: InstanceSet<'s>) -> InstanceSet<'s> {
        InstanceSet::new(self.arena().not(set.node))
    }

    /// Returns the set that `work` makes with itself as a part.
    ///
    /// # Errors
    ///
    /// A set that is described by itself without a property or an element in between; or what `work` cannot make.
    ///
    /// # Examples
    /// ```
    /// use schemactl_containment::{Emptiness, JsonType, SessionOptions, with_session};
    ///
    /// // Texts, alone or in arrays inside arrays.
    /// with_session(SessionOptions::default(), |session| {
    ///     let text = session.types(&[JsonType::String]);
    ///     let nested = session.recursive(|session, itself| {
    ///         let array = session.arrays_of(0, itself);
    ///         Ok(session.union(&[text, array]))
    ///     });
    ///     let nested = nested.unwrap();
    ///     let numbers = session.types(&[JsonType::Number]);
    ///     let with_a_number = session.arrays_containing(numbers, 1, None);
    ///     assert_eq!(session.find_common(nested, with_a_number), Emptiness::Empty);
    /// });
    /// ```
    pub fn recursive(
        &mut self,
        work: impl FnOnce(&mut Self, InstanceSet<'s>) -> Result<InstanceSet<'s>, UnsupportedSetError>,
    ) -> Result<InstanceSet<'s>, UnsupportedSetError> {
        let id = self.arena().reserve();
        let itself = self.arena().literal(Form::Definition(id));
        self.open_definitions += 1;
        let made = work(self, InstanceSet::new(itself));
        self.open_definitions -= 1;
        let made = made.and_then(|set| {
            if needs_itself(self.arena(), id, set.node) {
                let reason = "a recursive set that describes its own instances by themselves";
                return Err(UnsupportedSetError(reason.to_owned()));
            }
            Ok(set.node)
        });
        // What is left of a set that could not be made: nobody knows what is in it.
        let opaque = |session: &mut Self| session.shared().opaque("a recursive set that could not be made", ANY);
        let body = made.clone().unwrap_or_else(|_| opaque(self));
        self.arena().define(id, body);
        made.map(|_| InstanceSet::new(itself))
    }
}

/// Numbers and texts.
impl<'s> SetSession<'s> {
    /// Returns the numbers from `least` on, without it if it is excluded.
    pub fn numbers_from(&mut self, least: &Rational, is_excluded: bool) -> InstanceSet<'s> {
        self.guarded(NUMBER, Form::AtLeast(Rc::new(least.clone()), is_excluded))
    }

    /// Returns the numbers up to `most`, without it if it is excluded.
    pub fn numbers_to(&mut self, most: &Rational, is_excluded: bool) -> InstanceSet<'s> {
        self.guarded(NUMBER, Form::AtMost(Rc::new(most.clone()), is_excluded))
    }

    /// Returns the multiples of a number; of one: the integers.
    ///
    /// # Errors
    ///
    /// A number that is not above zero.
    pub fn multiples(&mut self, step: &Rational) -> Result<InstanceSet<'s>, UnsupportedSetError> {
        if !step.is_positive() {
            return Err(UnsupportedSetError(format!("the multiples of {step}")));
        }
        Ok(self.guarded(NUMBER, Form::Multiple(Rc::new(step.clone()))))
    }

    /// Returns the texts of `least` to `most` characters.
    pub fn texts_of_length(&mut self, least: u64, most: Option<u64>) -> InstanceSet<'s> {
        self.between(STRING, Form::MinLength(least), most.map(Form::MaxLength))
    }

    /// Returns the texts with a match of a pattern of ECMA 262.
    pub fn texts_matching(&mut self, pattern: &str) -> InstanceSet<'s> {
        let matching = self.shared().pattern(pattern);
        self.of_type(STRING, matching)
    }
}

/// Objects and arrays.
impl<'s> SetSession<'s> {
    /// Returns the objects that have a property of this name, with a value in the set.
    pub fn objects_with(&mut self, name: &str, values: InstanceSet<'s>) -> InstanceSet<'s> {
        let name = self.arena().literal(Form::Const(Rc::new(Datum::text(name))));
        self.guarded(OBJECT, Form::Some(name, values.node))
    }

    /// Returns the objects that have some property whose name is in the one set and whose value is in the other.
    pub fn objects_with_any(&mut self, names: InstanceSet<'s>, values: InstanceSet<'s>) -> InstanceSet<'s> {
        self.guarded(OBJECT, Form::Some(names.node, values.node))
    }

    /// Returns the objects whose properties with a name in the one set all have a value in the other.
    ///
    /// # Examples
    /// ```
    /// use schemactl_containment::{Emptiness, SessionOptions, with_session};
    ///
    /// // Objects without any property but `a`.
    /// with_session(SessionOptions::default(), |session| {
    ///     let (a, nothing) = (session.texts_matching("^a$"), session.nothing());
    ///     let others = session.complement(a);
    ///     let closed = session.objects_of(others, nothing);
    ///     let everything = session.everything();
    ///     let with_b = session.objects_with("b", everything);
    ///     assert_eq!(session.find_common(closed, with_b), Emptiness::Empty);
    /// });
    /// ```
    pub fn objects_of(&mut self, names: InstanceSet<'s>, values: InstanceSet<'s>) -> InstanceSet<'s> {
        self.guarded(OBJECT, Form::All(names.node, values.node))
    }

    /// Returns the objects of `least` to `most` properties.
    pub fn objects_of_size(&mut self, least: u64, most: Option<u64>) -> InstanceSet<'s> {
        self.between(OBJECT, Form::MinProperties(least), most.map(Form::MaxProperties))
    }

    /// Returns the arrays that have an element at an index, with a value in the set.
    pub fn arrays_with_element(&mut self, index: u32, values: InstanceSet<'s>) -> InstanceSet<'s> {
        let index = u64::from(index);
        let there = self.arena().literal(Form::MinItems(index + 1));
        let fits = self.arena().literal(Form::At(index, values.node));
        let node = self.arena().and([there, fits]);
        self.of_type(ARRAY, node)
    }

    /// Returns the arrays whose elements from an index on are all in the set.
    pub fn arrays_of(&mut self, from: u32, values: InstanceSet<'s>) -> InstanceSet<'s> {
        self.guarded(ARRAY, Form::From(u64::from(from), values.node))
    }

    /// Returns the arrays of which `least` to `most` elements are in the set.
    pub fn arrays_containing(&mut self, values: InstanceSet<'s>, least: u64, most: Option<u64>) -> InstanceSet<'s> {
        let counted = self.arena().counted(values.node, least, most);
        self.of_type(ARRAY, counted)
    }

    /// Returns the arrays of `least` to `most` elements.
    pub fn arrays_of_size(&mut self, least: u64, most: Option<u64>) -> InstanceSet<'s> {
        self.between(ARRAY, Form::MinItems(least), most.map(Form::MaxItems))
    }

    /// Returns the arrays without two equal elements.
    pub fn arrays_of_unique(&mut self) -> InstanceSet<'s> {
        self.guarded(ARRAY, Form::Unique)
    }
}

impl<'s> SetSession<'s> {
    /// A literal holds for every value of another type; those go.
    fn guarded(&mut self, kind: Mask, form: Form) -> InstanceSet<'s> {
        let literal = self.arena().literal(form);
        self.of_type(kind, literal)
    }

    fn between(&mut self, kind: Mask, least: Form, most: Option<Form>) -> InstanceSet<'s> {
        let least = self.arena().literal(least);
        let most = most.map_or(Node::TRUE, |most| self.arena().literal(most));
        let both = self.arena().and([least, most]);
        self.of_type(kind, both)
    }

    fn of_type(&mut self, kind: Mask, node: Node) -> InstanceSet<'s> {
        let types = self.arena().types(kind);
        InstanceSet::new(self.arena().and([types, node]))
    }
}

impl Arena {
    /// From `least` to `most` elements are in `value`, if it is an array.
    pub(crate) fn counted(&mut self, value: Node, least: u64, most: Option<u64>) -> Node {
        let none = self.not(value);
        match (least, most) {
            (0, None) => Node::TRUE,
            (1, None) => self.literal(Form::SomeFrom(0, value)),
            (0, Some(0)) => self.literal(Form::From(0, none)),
            (least, Some(most)) if most < least => self.types(ANY & !ARRAY),
            (least, most) if value == Node::TRUE => {
                let least = self.literal(Form::MinItems(least));
                let most = self.literal(Form::MaxItems(most.unwrap_or(u64::MAX)));
                self.and([least, most])
            }
            (least, most) => self.literal(Form::Count(value, least, most)),
        }
    }
}

/// Returns whether a value has to be tried on a definition in order to try it on the node: without a property or an element in between.
// INVARIANT: only what is smaller may be described by the definition itself. Otherwise its set would not be determined (`X = not X`,
// or `X = X`), and emptiness under an assumption, which takes it for the least one, would prove whatever was assumed.
fn needs_itself(arena: &Arena, id: DefinitionId, node: Node) -> bool {
    let (mut open, mut seen) = (vec![node], FxHashSet::default());
    while let Some(node) = open.pop() {
        if !seen.insert(node) {
            continue;
        }
        match arena.form(node) {
            Form::And(inner) | Form::Or(inner) => open.extend(inner.iter()),
            Form::Definition(own) | Form::NotDefinition(own) if *own == id => return true,
            Form::Definition(other) | Form::NotDefinition(other) => open.push(arena.body(*other)),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests;
