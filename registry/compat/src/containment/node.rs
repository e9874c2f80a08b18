//! Schemas as sets of instances, in negation normal form, each form held once. In: literals and their combinations. Out: a
//! [`Node`], equal for equal forms, so that what did not change between two schemas is one node.
//!
//! A literal speaks about one type and holds for every value of another, as JSON Schema's keywords do. Names of properties are
//! sets as well: schemas over strings. `properties`, `patternProperties`, `additionalProperties` and `propertyNames` are all
//! the one literal `All`, `required` is its counterpart `Some`.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::datum::Datum;
use super::number::Rational;

/// A set of instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Node(u32);

impl Node {
    /// No instance.
    pub(crate) const FALSE: Self = Self(0);
    /// Every instance.
    pub(crate) const TRUE: Self = Self(1);
}

/// Types as a set of bits.
pub(crate) type Mask = u8;
pub(crate) const NULL: Mask = 1;
pub(crate) const BOOL: Mask = 2;
pub(crate) const NUMBER: Mask = 4;
pub(crate) const STRING: Mask = 8;
pub(crate) const ARRAY: Mask = 16;
pub(crate) const OBJECT: Mask = 32;
pub(crate) const ANY: Mask = 63;

/// A pattern; its text is held by `language`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct PatternId(pub(crate) u32);

/// Something of which we know only whether it is the same: a pattern that no automaton can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct OpaqueId(pub(crate) u32);

/// A recursive definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct DefinitionId(pub(crate) u32);

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    False,
    True,
    And(Rc<[Node]>),
    Or(Rc<[Node]>),
    Type(Mask),
    Const(Rc<Datum>),
    NotConst(Rc<Datum>),
    AtLeast(Rc<Rational>, Strict),
    AtMost(Rc<Rational>, Strict),
    Multiple(Rc<Rational>),
    NotMultiple(Rc<Rational>),
    MinLength(u64),
    MaxLength(u64),
    Pattern(PatternId),
    NotPattern(PatternId),
    /// Of strings, or of all types for what is not about strings.
    Opaque(OpaqueId, Mask, bool),
    MinProperties(u64),
    MaxProperties(u64),
    /// Every property whose name is in the first has a value in the second.
    All(Node, Node),
    /// Some property has such a name and such a value.
    Some(Node, Node),
    MinItems(u64),
    MaxItems(u64),
    /// The element of that index, if there is one.
    At(u64, Node),
    /// Every element from that index on.
    From(u64, Node),
    /// Some element from that index on.
    SomeFrom(u64, Node),
    /// From so many to so many elements are in it.
    Count(Node, u64, Option<u64>),
    Unique,
    Repeated,
    Definition(DefinitionId),
    NotDefinition(DefinitionId),
}

/// Whether a bound itself is excluded.
pub(crate) type Strict = bool;

#[derive(Clone, Copy, Debug)]
struct Info {
    /// The types of which it may hold instances.
    can: Mask,
    /// The types of which it holds every instance.
    sure: Mask,
}

/// The nodes of one question.
#[derive(Debug)]
pub(crate) struct Arena {
    forms: Vec<Form>,
    infos: Vec<Info>,
    nodes: FxHashMap<Form, Node>,
    negations: FxHashMap<Node, Node>,
    /// The body of each recursive definition, once it is compiled.
    definitions: Vec<Node>,
}

impl Arena {
    pub(crate) fn new() -> Self {
        let mut arena = Self {
            forms: Vec::with_capacity(64),
            infos: Vec::with_capacity(64),
            nodes: FxHashMap::default(),
            negations: FxHashMap::default(),
            definitions: Vec::new(),
        };
        arena.intern(Form::False);
        arena.intern(Form::True);
        arena
    }

    pub(crate) fn form(&self, node: Node) -> &Form {
        &self.forms[node.0 as usize]
    }

    /// The types of which a node may hold instances.
    pub(crate) fn can(&self, node: Node) -> Mask {
        self.infos[node.0 as usize].can
    }

    /// The types of which a node holds every instance.
    pub(crate) fn sure(&self, node: Node) -> Mask {
        self.infos[node.0 as usize].sure
    }

    /// The text, if the node is the set of one text.
    pub(crate) fn single_text(&self, node: Node) -> Option<&Rc<str>> {
        match self.form(node) {
            Form::Const(value) => match value.as_ref() {
                Datum::String(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// The text, if the node excludes one text and nothing else.
    pub(crate) fn excluded_text(&self, node: Node) -> Option<&Rc<str>> {
        match self.form(node) {
            Form::NotConst(value) => match value.as_ref() {
                Datum::String(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.forms.len()
    }

    /// A literal. Bounds that bound nothing are `TRUE`.
    pub(crate) fn literal(&mut self, form: Form) -> Node {
        match form {
            Form::MinLength(0) | Form::MinProperties(0) | Form::MinItems(0) => Node::TRUE,
            Form::MaxLength(u64::MAX) | Form::MaxProperties(u64::MAX) | Form::MaxItems(u64::MAX) => Node::TRUE,
            Form::All(Node::FALSE, _) | Form::All(_, Node::TRUE) => Node::TRUE,
            Form::At(_, Node::TRUE) | Form::From(_, Node::TRUE) | Form::Count(_, 0, None) => Node::TRUE,
            Form::Some(Node::FALSE, _) | Form::Some(_, Node::FALSE) | Form::SomeFrom(_, Node::FALSE) => {
                self.not_a(form.kind())
            }
            Form::SomeFrom(index, Node::TRUE) => self.literal(Form::MinItems(index + 1)),
            Form::From(index, Node::FALSE) | Form::At(index, Node::FALSE) => self.literal(Form::MaxItems(index)),
            Form::Some(Node::TRUE, Node::TRUE) => self.literal(Form::MinProperties(1)),
            Form::All(Node::TRUE, Node::FALSE) => self.literal(Form::MaxProperties(0)),
            Form::Type(ANY) => Node::TRUE,
            Form::Type(0) => Node::FALSE,
            other => self.intern(other),
        }
    }

    /// A literal that no value of its type fulfils.
    fn not_a(&mut self, kind: Mask) -> Node {
        self.literal(Form::Type(ANY & !kind))
    }

    pub(crate) fn types(&mut self, mask: Mask) -> Node {
        self.literal(Form::Type(mask & ANY))
    }

    /// The intersection.
    pub(crate) fn and(&mut self, nodes: impl IntoIterator<Item = Node>) -> Node {
        let mut flat = Vec::new();
        for node in nodes {
            match self.form(node) {
                Form::And(inner) => flat.extend_from_slice(inner),
                Form::True => {}
                Form::False => return Node::FALSE,
                _ => flat.push(node),
            }
        }
        let mut mask = ANY;
        flat.retain(|node| match &self.forms[node.0 as usize] {
            Form::Type(types) => {
                mask &= types;
                false
            }
            _ => true,
        });
        // What holds for every value of the remaining types says nothing.
        flat.retain(|node| self.sure(*node) & mask != mask);
        let can = flat.iter().fold(mask, |can, node| can & self.can(*node));
        if can == 0 {
            return Node::FALSE;
        }
        if can != ANY && (mask != ANY || flat.iter().all(|node| self.can(*node) != can)) {
            flat.push(self.types(can));
        }
        flat.sort_unstable();
        flat.dedup();
        match flat.as_slice() {
            [] => Node::TRUE,
            [one] => *one,
            _ => self.intern(Form::And(flat.into())),
        }
    }

    /// The union.
    pub(crate) fn or(&mut self, nodes: impl IntoIterator<Item = Node>) -> Node {
        let mut flat = Vec::new();
        for node in nodes {
            match self.form(node) {
                Form::Or(inner) => flat.extend_from_slice(inner),
                Form::True => return Node::TRUE,
                Form::False => {}
                _ => flat.push(node),
            }
        }
        let mut mask = 0;
        flat.retain(|node| match &self.forms[node.0 as usize] {
            Form::Type(types) => {
                mask |= types;
                false
            }
            _ => true,
        });
        let sure = flat.iter().fold(0, |sure, node| sure | self.sure(*node));
        if mask | sure == ANY && mask & !sure == 0 && flat.is_empty() {
            return Node::TRUE;
        }
        // A union that has every value of each type is everything.
        if sure | mask == ANY && self.covers_all(&flat, mask) {
            return Node::TRUE;
        }
        // What adds only types that are there already adds nothing.
        flat.retain(|node| self.can(*node) & !mask != 0);
        if mask & !flat.iter().fold(0, |sure, node| sure | self.sure(*node)) != 0 {
            flat.push(self.types(mask));
        }
        flat.sort_unstable();
        flat.dedup();
        match flat.as_slice() {
            [] => self.types(mask),
            [one] => *one,
            _ => self.intern(Form::Or(flat.into())),
        }
    }

    /// Whether the types and the members' sure types together are all there is.
    fn covers_all(&self, members: &[Node], mask: Mask) -> bool {
        members.iter().fold(mask, |all, node| all | self.sure(*node)) == ANY
    }

    /// Everything that is not in the node.
    pub(crate) fn not(&mut self, node: Node) -> Node {
        if let Some(known) = self.negations.get(&node) {
            return *known;
        }
        let negation = match self.form(node).clone() {
            Form::False => Node::TRUE,
            Form::True => Node::FALSE,
            Form::And(inner) => {
                let inner: Vec<_> = inner.iter().map(|node| self.not(*node)).collect();
                self.or(inner)
            }
            Form::Or(inner) => {
                let inner: Vec<_> = inner.iter().map(|node| self.not(*node)).collect();
                self.and(inner)
            }
            Form::Type(mask) => self.types(ANY & !mask),
            Form::Const(value) => self.literal(Form::NotConst(value)),
            Form::NotConst(value) => self.literal(Form::Const(value)),
            Form::Definition(id) => self.intern(Form::NotDefinition(id)),
            Form::NotDefinition(id) => self.intern(Form::Definition(id)),
            Form::Opaque(id, ANY, held) => self.intern(Form::Opaque(id, ANY, !held)),
            typed => {
                let kind = typed.kind();
                let (types, dual) = (self.types(kind), self.dual(&typed));
                self.and([types, dual])
            }
        };
        self.negations.insert(node, negation);
        self.negations.insert(negation, node);
        negation
    }

    /// The opposite of a literal among the values of its type.
    fn dual(&mut self, form: &Form) -> Node {
        match form.clone() {
            Form::AtLeast(bound, strict) => self.literal(Form::AtMost(bound, !strict)),
            Form::AtMost(bound, strict) => self.literal(Form::AtLeast(bound, !strict)),
            Form::Multiple(step) => self.literal(Form::NotMultiple(step)),
            Form::NotMultiple(step) => self.literal(Form::Multiple(step)),
            Form::MinLength(length) => self.literal(Form::MaxLength(length - 1)),
            Form::MaxLength(length) => self.literal(Form::MinLength(length + 1)),
            Form::Pattern(id) => self.literal(Form::NotPattern(id)),
            Form::NotPattern(id) => self.literal(Form::Pattern(id)),
            Form::Opaque(id, kind, held) => self.literal(Form::Opaque(id, kind, !held)),
            Form::MinProperties(count) => self.literal(Form::MaxProperties(count - 1)),
            Form::MaxProperties(count) => self.literal(Form::MinProperties(count + 1)),
            Form::All(names, values) => {
                let values = self.not(values);
                self.literal(Form::Some(names, values))
            }
            Form::Some(names, values) => {
                let values = self.not(values);
                self.literal(Form::All(names, values))
            }
            Form::MinItems(count) => self.literal(Form::MaxItems(count - 1)),
            Form::MaxItems(count) => self.literal(Form::MinItems(count + 1)),
            Form::At(index, value) => {
                let value = self.not(value);
                let (there, other) = (
                    self.literal(Form::MinItems(index + 1)),
                    self.literal(Form::At(index, value)),
                );
                self.and([there, other])
            }
            Form::From(index, value) => {
                let value = self.not(value);
                self.literal(Form::SomeFrom(index, value))
            }
            Form::SomeFrom(index, value) => {
                let value = self.not(value);
                self.literal(Form::From(index, value))
            }
            Form::Count(value, least, most) => {
                let fewer = match least {
                    0 => Node::FALSE,
                    least => self.literal(Form::Count(value, 0, Some(least - 1))),
                };
                let more = most.map(|most| self.literal(Form::Count(value, most + 1, None)));
                self.or([fewer, more.unwrap_or(Node::FALSE)])
            }
            Form::Unique => self.literal(Form::Repeated),
            Form::Repeated => self.literal(Form::Unique),
            _ => unreachable!("`not` handles what is no literal of one type"),
        }
    }

    fn intern(&mut self, form: Form) -> Node {
        if let Some(node) = self.nodes.get(&form) {
            return *node;
        }
        let node = Node(u32::try_from(self.forms.len()).expect("the budget ends before four billion nodes"));
        self.infos.push(self.info(&form));
        self.forms.push(form.clone());
        self.nodes.insert(form, node);
        node
    }

    fn info(&self, form: &Form) -> Info {
        match form {
            Form::False => Info { can: 0, sure: 0 },
            Form::True => Info { can: ANY, sure: ANY },
            Form::And(inner) => inner.iter().fold(Info { can: ANY, sure: ANY }, |info, node| Info {
                can: info.can & self.can(*node),
                sure: info.sure & self.sure(*node),
            }),
            Form::Or(inner) => inner.iter().fold(Info { can: 0, sure: 0 }, |info, node| Info {
                can: info.can | self.can(*node),
                sure: info.sure | self.sure(*node),
            }),
            Form::Type(mask) => Info {
                can: *mask,
                sure: *mask,
            },
            Form::Const(value) => Info {
                can: kind_of(value),
                sure: if **value == Datum::Null { NULL } else { 0 },
            },
            Form::NotConst(value) => Info {
                can: if **value == Datum::Null { ANY & !NULL } else { ANY },
                sure: ANY & !kind_of(value),
            },
            Form::Definition(_) | Form::NotDefinition(_) => Info { can: ANY, sure: 0 },
            typed => Info {
                can: ANY,
                sure: ANY & !typed.kind(),
            },
        }
    }

    /// A definition that is being compiled; its body is given later.
    pub(crate) fn reserve(&mut self) -> DefinitionId {
        self.definitions.push(Node::TRUE);
        DefinitionId(u32::try_from(self.definitions.len() - 1).expect("fewer definitions than nodes"))
    }

    pub(crate) fn define(&mut self, id: DefinitionId, body: Node) {
        self.definitions[id.0 as usize] = body;
    }

    pub(crate) fn body(&self, id: DefinitionId) -> Node {
        self.definitions[id.0 as usize]
    }

    pub(crate) fn definitions(&self) -> usize {
        self.definitions.len()
    }
}

impl Form {
    /// The type that a literal speaks about.
    fn kind(&self) -> Mask {
        match self {
            Self::AtLeast(..) | Self::AtMost(..) | Self::Multiple(_) | Self::NotMultiple(_) => NUMBER,
            Self::MinLength(_) | Self::MaxLength(_) | Self::Pattern(_) | Self::NotPattern(_) => STRING,
            Self::Opaque(_, kind, _) => *kind,
            Self::MinProperties(_) | Self::MaxProperties(_) | Self::All(..) | Self::Some(..) => OBJECT,
            Self::MinItems(_)
            | Self::MaxItems(_)
            | Self::At(..)
            | Self::From(..)
            | Self::SomeFrom(..)
            | Self::Count(..)
            | Self::Unique
            | Self::Repeated => ARRAY,
            _ => ANY,
        }
    }
}

/// The type of a value.
pub(crate) fn kind_of(value: &Datum) -> Mask {
    match value {
        Datum::Null => NULL,
        Datum::Bool(_) => BOOL,
        Datum::Number(_) => NUMBER,
        Datum::String(_) => STRING,
        Datum::Array(_) => ARRAY,
        Datum::Object(_) => OBJECT,
    }
}
