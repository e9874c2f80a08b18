//! Schemas as sets of instances, in negation normal form, each form held once. In: literals and their combinations. Out: a
//! [`Node`], equal for equal forms, so that what did not change between two schemas is one node.
//!
//! A literal speaks about one type and holds for every value of another, as JSON Schema's keywords do. Names of properties are
//! sets as well: schemas over strings. `properties`, `patternProperties`, `additionalProperties` and `propertyNames` are all
//! the one literal `All`, `required` is its counterpart `Some`.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::constants::ConstantSet;
use super::datum::Datum;
use super::number::Rational;
use super::value_kind::{ANY, ARRAY, Mask, NULL, NUMBER, OBJECT, STRING, kind_of};

/// A set of instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Node(u32);

impl Node {
    /// No instance.
    pub(crate) const FALSE: Self = Self(0);
    /// Every instance.
    pub(crate) const TRUE: Self = Self(1);
}

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
    /// One of two values or more.
    In(Rc<ConstantSet>),
    /// None of two values or more.
    NotIn(Rc<ConstantSet>),
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
    /// The complement of each node, once it is known.
    negations: Vec<Option<Node>>,
    /// The body of each recursive definition, once it is compiled.
    definitions: Vec<Node>,
    /// What all of it takes, about.
    bytes: usize,
}

/// A state of the arena to go back to.
#[derive(Clone, Debug)]
pub(crate) struct ArenaMark {
    nodes: usize,
    definitions: Vec<Node>,
    bytes: usize,
}

/// Bytes of a node: its form of 32 bytes twice, what is known of it, and its part of the tables, which are at least half full.
const NODE_BYTES: usize = 160;
/// Bytes of a value in a finite set: its place in the set and in the order, and a small value.
const VALUE_BYTES: usize = 64;

impl Arena {
    pub(crate) fn new() -> Self {
        let mut arena = Self {
            forms: Vec::with_capacity(64),
            infos: Vec::with_capacity(64),
            nodes: FxHashMap::default(),
            negations: Vec::with_capacity(64),
            definitions: Vec::new(),
            bytes: 0,
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

    /// The members of an intersection, or the node itself.
    pub(crate) fn conjuncts<'a>(&'a self, node: &'a Node) -> &'a [Node] {
        match self.form(*node) {
            Form::And(inner) => inner,
            _ => std::slice::from_ref(node),
        }
    }

    /// Returns how many bytes the nodes take, about.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn mark(&self) -> ArenaMark {
        ArenaMark {
            nodes: self.forms.len(),
            definitions: self.definitions.clone(),
            bytes: self.bytes,
        }
    }

    /// Forgets every node that was made since a mark.
    // INVARIANT: nodes are numbered in the order in which they are made, and members are sorted by number. What a question finds
    // first depends on the numbers, so every question has to start from the same ones, whatever was asked before it.
    pub(crate) fn forget_since(&mut self, mark: &ArenaMark) {
        for form in self.forms.drain(mark.nodes..) {
            self.nodes.remove(&form);
        }
        self.infos.truncate(mark.nodes);
        self.negations.truncate(mark.nodes);
        for negation in &mut self.negations {
            negation.take_if(|node| node.0 as usize >= mark.nodes);
        }
        self.definitions.clone_from(&mark.definitions);
        self.bytes = mark.bytes;
    }

    /// A literal. Bounds that bound nothing are `TRUE`.
    pub(crate) fn literal(&mut self, form: Form) -> Node {
        match form {
            Form::MinLength(0) | Form::MinProperties(0) | Form::MinItems(0) => Node::TRUE,
            Form::MaxLength(u64::MAX) | Form::MaxProperties(u64::MAX) | Form::MaxItems(u64::MAX) => Node::TRUE,
            // INVARIANT: no upper end of a count is the largest number: its complement is the count from one above it, which would
            // wrap around to zero and be everything.
            Form::Count(values, least, Some(u64::MAX)) => self.literal(Form::Count(values, least, None)),
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

    pub(super) fn intern(&mut self, form: Form) -> Node {
        if let Some(node) = self.nodes.get(&form) {
            return *node;
        }
        let node = Node(u32::try_from(self.forms.len()).expect("the budget ends before four billion nodes"));
        self.infos.push(self.info(&form));
        self.negations.push(None);
        self.bytes += NODE_BYTES + form.bytes();
        self.forms.push(form.clone());
        self.nodes.insert(form, node);
        node
    }

    pub(super) fn known_negation(&self, node: Node) -> Option<Node> {
        self.negations[node.0 as usize]
    }

    pub(super) fn note_negation(&mut self, node: Node, negation: Node) {
        self.negations[node.0 as usize] = Some(negation);
        // What was known stays: `forget_since` could not bring it back.
        self.negations[negation.0 as usize].get_or_insert(node);
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
            Form::In(set) => Info {
                can: set.kinds(),
                sure: set.complete_kinds(),
            },
            Form::NotIn(set) => Info {
                can: ANY & !set.complete_kinds(),
                sure: ANY & !set.kinds(),
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
}

impl Form {
    /// The bytes of its parts, about.
    fn bytes(&self) -> usize {
        match self {
            Self::And(inner) | Self::Or(inner) => 16 + inner.len() * size_of::<Node>(),
            Self::In(set) => set.len() * VALUE_BYTES,
            _ => 0,
        }
    }

    /// The type that a literal speaks about.
    pub(super) fn kind(&self) -> Mask {
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
