//! From a schema to a node. In: a document and its dialect. Out: the set of its instances. A keyword that the dialect does not
//! have is an annotation. What cannot be compiled is `UnsupportedSetError`, and a question about it is undecided, never compatible.
//!
//! Definitions are compiled where they are referred to, and once; only a definition that contains itself becomes a node of its
//! own, everything else is the node of its content, whatever it is called and wherever it stands.

mod applicators;
mod arrays;
mod evaluated;
mod library;
mod local;
mod objects;
mod one_of;
mod references;
mod scalars;

use std::rc::Rc;

use rustc_hash::FxHashMap;
use schemactl_model::{
    Dialect, JsonObject, Keyword, Kind, Value, any_annotation, any_assertion, any_definitions, any_identifier,
    any_reference,
};

use self::local::Mentions;
use self::references::References;
use super::datum::Datum;
use super::node::{Arena, DefinitionId, Node};
use super::number::Rational;
use super::tables::Shared;
use crate::schema::Schema;

/// Deeper schemas are undecided; the parser refuses deeper documents, so only references lead there.
// INVARIANT: a schema beyond it has no set, and every question about it is unknown. Without the limit references end the stack.
const DEEPEST: usize = 600;

/// What the prover cannot hold: why a schema, or a combination, is no set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsupportedSetError(pub(crate) String);

impl std::fmt::Display for UnsupportedSetError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UnsupportedSetError {}

type Compiled = Result<Node, UnsupportedSetError>;

/// Compiles a whole document.
pub(crate) fn compile_document(shared: &mut Shared, schema: &Schema<'_>) -> Compiled {
    let mut compiler = Compiler {
        shared,
        dialect: schema.dialect,
        root: schema.root,
        local: false,
        references: None,
        known: FxHashMap::default(),
        scope: Vec::new(),
        applied: Vec::new(),
        depth: 0,
    };
    compiler.resource(schema.root)
}

/// A document whose subschemas are compiled one by one; what their references lead to is compiled once.
pub(crate) struct OpenDocument<'v> {
    schema: Schema<'v>,
    local: bool,
    references: Option<Rc<References<'v>>>,
    known: FxHashMap<(usize, Vec<usize>), Definition>,
}

impl<'v> OpenDocument<'v> {
    /// Opens a document.
    pub(crate) fn new(schema: Schema<'v>) -> Self {
        Self {
            schema,
            local: Mentions::of(schema.root) != Mentions::Names,
            references: None,
            known: FxHashMap::default(),
        }
    }

    /// Compiles a subschema of the document, as if nothing around it applied to the instance.
    pub(crate) fn compile_part(&mut self, shared: &mut Shared, value: &'v Value) -> Compiled {
        let mut compiler = Compiler {
            shared,
            dialect: self.schema.dialect,
            root: self.schema.root,
            local: self.local,
            references: self.references.take(),
            known: std::mem::take(&mut self.known),
            scope: Vec::new(),
            applied: Vec::new(),
            depth: 0,
        };
        let compiled = compiler.schema(value);
        self.references = compiler.references.take();
        // INVARIANT: only finished definitions are kept. A failure leaves definitions open that nothing will ever define.
        if compiled.is_ok() {
            self.known = compiler.known;
        }
        compiled
    }
}

struct Compiler<'v, 's> {
    shared: &'s mut Shared,
    dialect: Dialect,
    root: &'v Value,
    /// Every reference is a pointer from the root.
    local: bool,
    /// Made when the first reference is met that is none.
    references: Option<Rc<References<'v>>>,
    /// Definitions by place and dynamic scope.
    known: FxHashMap<(usize, Vec<usize>), Definition>,
    /// The resources that were entered and have dynamic anchors, by the place of their roots.
    scope: Vec<usize>,
    /// The definitions that apply to the instance that is being described, not to a part of it.
    applied: Vec<(usize, Vec<usize>)>,
    depth: usize,
}

/// Which keywords a schema has that say something together.
#[derive(Default)]
struct KeywordGroups {
    objects: bool,
    arrays: bool,
    unevaluated: bool,
}

#[derive(Clone, Copy)]
enum Definition {
    /// Being compiled; the id is given out when it is met inside itself.
    Open(Option<DefinitionId>),
    Done(Node),
}

/// Whether a schema has a reference. What is no text refers to nothing.
fn is_reference(keywords: &JsonObject, keyword: Keyword) -> bool {
    keywords.keyword(keyword).is_some_and(|text| text.as_str().is_some())
}

/// The place of a value in its document, as a key.
fn place(value: &Value) -> usize {
    std::ptr::from_ref(value) as usize
}

impl<'v> Compiler<'v, '_> {
    fn arena(&mut self) -> &mut Arena {
        &mut self.shared.arena
    }

    /// A schema that applies to the same instance as the one around it.
    fn schema(&mut self, value: &'v Value) -> Compiled {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(UnsupportedSetError(
                "the schema refers deeper than the prover follows".to_owned(),
            ));
        }
        let around = self.dialect;
        // The dialect of the document itself is known, whatever its `$schema` says.
        if !std::ptr::eq(value, self.root) {
            if let Some(ignored) = around.ignored_dialect(value) {
                return Err(UnsupportedSetError(format!(
                    "a subschema of {around} whose `$schema` is {ignored}"
                )));
            }
            self.dialect = around.inside(value);
        }
        let compiled = match &value.kind {
            Kind::Bool(true) => Ok(Node::TRUE),
            Kind::Bool(false) => Ok(Node::FALSE),
            Kind::Object(keywords) => stacker::maybe_grow(64 << 10, 1 << 20, || self.keywords(value, keywords)),
            _ => Err(UnsupportedSetError(
                "a schema that is neither an object nor a boolean".to_owned(),
            )),
        };
        self.depth -= 1;
        self.dialect = around;
        compiled
    }

    /// A schema that applies to a part of the instance: what was applied so far does not apply there.
    fn child(&mut self, value: &'v Value) -> Compiled {
        let applied = std::mem::take(&mut self.applied);
        let compiled = self.schema(value);
        self.applied = applied;
        compiled
    }

    fn keywords(&mut self, value: &'v Value, keywords: &'v JsonObject) -> Compiled {
        let entered = self.enter(value);
        let compiled = self.conjuncts(value, keywords);
        if entered {
            self.scope.pop();
        }
        let conjuncts = compiled?;
        Ok(self.arena().and(conjuncts))
    }

    fn conjuncts(&mut self, value: &'v Value, keywords: &'v JsonObject) -> Result<Vec<Node>, UnsupportedSetError> {
        if self.dialect.ref_hides_siblings() && is_reference(keywords, Keyword::Ref) {
            return Ok(vec![self.reference(value)?]);
        }
        let mut conjuncts = Vec::with_capacity(keywords.len());
        let mut groups = KeywordGroups::default();
        for entry in keywords.iter() {
            let Some(keyword) = entry.keyword().filter(|keyword| self.dialect.has_keyword(*keyword)) else {
                continue;
            };
            conjuncts.extend(self.keyword(value, keywords, (keyword, &entry.value), &mut groups)?);
        }
        if groups.objects {
            self.properties(keywords, &mut conjuncts)?;
        }
        if groups.arrays {
            self.elements(keywords, &mut conjuncts)?;
        }
        if groups.unevaluated {
            self.unevaluated(value, keywords, &mut conjuncts)?;
        }
        Ok(conjuncts)
    }

    /// A keyword of the dialect. `None` if it is an annotation here, or if others of its group say something together with it.
    fn keyword(
        &mut self,
        holder: &'v Value,
        keywords: &'v JsonObject,
        (keyword, value): (Keyword, &'v Value),
        groups: &mut KeywordGroups,
    ) -> Result<Option<Node>, UnsupportedSetError> {
        Ok(Some(match keyword {
            Keyword::Properties | Keyword::PatternProperties | Keyword::AdditionalProperties => {
                groups.objects = true;
                return Ok(None);
            }
            Keyword::AdditionalItems
            | Keyword::Contains
            | Keyword::Items
            | Keyword::MaxContains
            | Keyword::MinContains
            | Keyword::PrefixItems => {
                groups.arrays = true;
                return Ok(None);
            }
            Keyword::UnevaluatedItems | Keyword::UnevaluatedProperties => {
                groups.unevaluated = true;
                return Ok(None);
            }
            Keyword::AllOf => self.all_of(value)?,
            Keyword::AnyOf => self.any_of(value)?,
            Keyword::OneOf => self.one_of(value)?,
            Keyword::Not => {
                let node = self.schema(value)?;
                self.arena().not(node)
            }
            Keyword::If => self.condition(keywords, value)?,
            Keyword::Dependencies | Keyword::DependentRequired | Keyword::DependentSchemas => {
                self.dependencies(value)?
            }
            Keyword::PropertyNames => self.property_names(value)?,
            Keyword::Ref if value.as_str().is_some() => self.reference(holder)?,
            Keyword::DynamicRef | Keyword::RecursiveRef if value.as_str().is_some() => {
                self.dynamic_reference(holder, keyword)?
            }
            any_assertion!() => return self.assertion(keywords, keyword, value),
            // What is no text refers to nothing, and `if` reads its branches.
            any_reference!() | Keyword::Then | Keyword::Else => return Ok(None),
            any_annotation!() | any_definitions!() | any_identifier!() | Keyword::ContentSchema => return Ok(None),
        }))
    }

    fn pattern(&mut self, pattern: &str) -> Node {
        self.shared.pattern(pattern)
    }

    fn datum(value: &Value) -> Result<Datum, UnsupportedSetError> {
        constant_of(value)
    }

    fn number(value: &Value) -> Result<Option<Rational>, UnsupportedSetError> {
        let Kind::Number(number) = &value.kind else {
            return Ok(None);
        };
        let parsed = Rational::parse(number.as_str());
        parsed.map(Some).ok_or_else(|| {
            UnsupportedSetError(format!(
                "the number {} has thousands of digits",
                shortened(number.as_str())
            ))
        })
    }
}

/// A value as sets hold it.
pub(crate) fn constant_of(value: &Value) -> Result<Datum, UnsupportedSetError> {
    Datum::from_value(value).ok_or_else(|| UnsupportedSetError("a number with thousands of digits".to_owned()))
}

fn shortened(text: &str) -> String {
    if text.len() <= 40 {
        text.to_owned()
    } else {
        format!("{}…", &text[..40])
    }
}
