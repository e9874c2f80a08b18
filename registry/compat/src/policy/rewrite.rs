//! Rewriting a schema for one side of a comparison. In: a schema, and whether it stands for a writer or a reader. Out: the schema of
//! what that side sends or accepts, or why there is none.
//!
//! A schema is rewritten only where it says what an event may be. Under `not` and `if` it says what an event must not be, or
//! asks a question, and stays as it is. References are turned into references to copies, one for each way of using the target.
//!
//! INVARIANT: a writer's schema accepts nothing that the original rejects, and a reader's schema rejects nothing that the
//! original accepts. Every rewriting here only narrows a writer and only widens a reader, and stands in a position where that
//! carries over to the whole.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use schemactl_model::{
    Dialect, JsonObject, Keyword, KeywordKind, Kind, LexicalScope, Member, Pointer, Resolver, Value, any_annotation,
    any_applicator, any_assertion, any_definitions, is_extensible,
};

use super::frame::{FrameId, Frames, is_pure_reference};
use super::scan::{compares_values, count_objects, has_any_keyword};
use super::written::{dependent_names, merge_branches, open_list};
use super::{Transformed, modern};
use schemactl_containment::Schema;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RewriteSide {
    Writer,
    Reader,
    /// A reader that fills in defaults.
    DefaultingReader,
}

/// How a subschema is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// It describes a value by itself.
    Whole(FrameId),
    /// It describes a value together with others, as a branch of `allOf` does: only the values below it are its own.
    Part(FrameId),
    /// As a part, where `unevaluatedProperties` already says which names are allowed: the names that it evaluates stay as they are.
    Counted(FrameId),
    /// It is not rewritten: it stands where a wider schema would narrow.
    Plain,
}

impl Use {
    /// The use of a schema that applies to the same value.
    pub(super) fn in_place(self) -> Self {
        match self {
            Self::Whole(frame) => Self::Part(frame),
            other => other,
        }
    }

    pub(super) fn frame(self) -> FrameId {
        match self {
            Self::Whole(frame) | Self::Part(frame) | Self::Counted(frame) => frame,
            Self::Plain => FrameId::NONE,
        }
    }
}

/// Returns the schema that stands for one side.
pub(super) fn rewrite_side(schema: &Schema<'_>, side: RewriteSide) -> Transformed {
    let mut pass = Rewriter::new(schema, side);
    // Only a writer's schema gains keywords; those of the newest dialect say most briefly what it may send.
    if side == RewriteSide::Writer {
        pass.target = Dialect::Draft202012;
    }
    let scope = LexicalScope::new(schema.dialect);
    let usage = pass.use_of_whole(schema.root, &scope);
    let root = pass.schema(schema.root, &scope, usage);
    let root = pass.document(root);
    match pass.impossible {
        Some(reason) => Transformed::Impossible(reason),
        None if pass.changed => Transformed::Schema(root, pass.target),
        None => Transformed::Unchanged,
    }
}

/// Returns some keywords of a document as a document of their own, with copies of what they refer to, and its dialect. `None` if a
/// reference depends on the way that leads to it.
pub(crate) fn extract_keywords(
    schema: &Schema<'_>,
    keywords: &[Member],
    scope: &LexicalScope,
) -> Option<(Value, Dialect)> {
    const LEADING: [Keyword; 6] = [
        Keyword::Ref,
        Keyword::DynamicRef,
        Keyword::RecursiveRef,
        Keyword::Schema,
        Keyword::Id,
        Keyword::Draft4Id,
    ];
    let part = Value::object(keywords.to_vec());
    // A part that leads nowhere else is a document as it is, and the whole one need not be gone through for each of its changes.
    if !has_any_keyword(&part, &LEADING) {
        return Some((part, scope.dialect));
    }
    // Nothing is rewritten, whatever the side.
    let mut pass = Rewriter::new(schema, RewriteSide::Reader);
    let root = pass.schema(&part, scope, Use::Plain);
    let root = pass.document(root);
    pass.impossible.is_none().then_some((root, pass.target))
}

/// A copy of a referenced schema that is still to be made.
struct Pending<'v> {
    name: String,
    schema: &'v Value,
    scope: LexicalScope,
    usage: Use,
}

pub(super) struct Rewriter<'v> {
    pub(super) resolver: Rc<Resolver<'v>>,
    pub(super) side: RewriteSide,
    /// The dialect of the document.
    pub(super) dialect: Dialect,
    /// The dialect that is written.
    pub(super) target: Dialect,
    pub(super) frames: Frames<'v>,
    /// The name of each copy of a referenced schema.
    copies: BTreeMap<(Pointer, Use), String>,
    pending: VecDeque<Pending<'v>>,
    /// Which objects are closed, of those that closing might leave without an instance.
    pub(super) closed: BTreeMap<(usize, FrameId), bool>,
    /// Something is not as it was.
    pub(super) changed: bool,
    pub(super) impossible: Option<String>,
    /// Schemas that may still be rewritten.
    left: usize,
    /// Somewhere whole objects or lists are compared: what is filled in decides whether they are equal.
    pub(super) compares_values: bool,
}

/// Schemas that are rewritten for each one of the document. One that stands below objects which closing might empty is rewritten twice
/// for each of them, and those nest 8 deep at most in files; in the handed corpora 2 are the most.
const PASSES: usize = 16;
/// Schemas that are rewritten however small the document is: as many as take half a second.
const FEWEST: usize = 2_000;

impl<'v> Rewriter<'v> {
    fn new(schema: &Schema<'v>, side: RewriteSide) -> Self {
        let resolver = Rc::new(Resolver::new(schema.root, schema.dialect));
        // A document of copies has one dialect: the newest, where the original has several.
        let is_mixed = resolver
            .resources()
            .any(|resource| resource.scope.dialect != schema.dialect);
        Self {
            frames: Frames::new(Rc::clone(&resolver)),
            resolver,
            side,
            dialect: schema.dialect,
            target: if is_mixed { Dialect::Draft202012 } else { schema.dialect },
            copies: BTreeMap::new(),
            pending: VecDeque::new(),
            closed: BTreeMap::new(),
            changed: false,
            impossible: None,
            // INVARIANT: recursive schemas may describe a value in any combination, of which there are as many as subsets: without a
            // bound on steps rewriting would not end before memory does.
            compares_values: side == RewriteSide::DefaultingReader && compares_values(schema.root),
            left: FEWEST + PASSES * count_objects(schema.root),
        }
    }

    fn use_of_whole(&mut self, schema: &'v Value, scope: &LexicalScope) -> Use {
        if self.side == RewriteSide::Reader {
            return Use::Whole(FrameId::NONE);
        }
        Use::Whole(self.frames.intern(self.frames.in_place(schema, scope)))
    }

    /// A schema with the copies that it refers to.
    fn document(&mut self, root: Value) -> Value {
        let mut definitions = Vec::new();
        while let Some(pending) = self.pending.pop_front() {
            let copy = self.schema(pending.schema, &pending.scope, pending.usage);
            definitions.push(Member::new(&pending.name, copy));
        }
        let Kind::Object(members) = &root.kind else {
            return root;
        };
        if definitions.is_empty() {
            return root;
        }
        let definitions = Member::new(Keyword::Definitions, Value::object(definitions));
        Value::object(members.iter().cloned().chain([definitions]).collect())
    }

    /// Rewrites a schema into a document of its own, apart from the copies that are being made.
    pub(super) fn apart(&mut self, rewritten: impl FnOnce(&mut Self) -> Value) -> Value {
        let outer = (std::mem::take(&mut self.copies), std::mem::take(&mut self.pending));
        let root = rewritten(self);
        let root = self.document(root);
        (self.copies, self.pending) = outer;
        root
    }

    pub(super) fn schema(&mut self, schema: &'v Value, scope: &LexicalScope, usage: Use) -> Value {
        let Some(members) = schema.as_object() else {
            return schema.clone();
        };
        // What is impossible is not rewritten to its end.
        if self.impossible.is_some() {
            return schema.clone();
        }
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            self.impossible = Some(
                "the schemas describe one value in too many combinations to determine what a writer may send; \
                 close the objects of the recursive ones with `additionalProperties: false`"
                    .to_owned(),
            );
            return schema.clone();
        }
        stacker::maybe_grow(64 << 10, 1 << 20, || match usage {
            Use::Whole(frame) if self.side == RewriteSide::Writer => self.whole(schema, members, scope, frame),
            _ => self.keywords(schema, members, scope, usage),
        })
    }

    /// The keywords of a schema, without what closes it.
    pub(super) fn keywords(
        &mut self,
        schema: &'v Value,
        members: &'v JsonObject,
        scope: &LexicalScope,
        usage: Use,
    ) -> Value {
        let scope = &scope.inside(schema);
        let reference = members.keyword(Keyword::Ref).and_then(Value::as_str);
        if let Some(reference) = reference.filter(|_| is_pure_reference(members, scope.dialect)) {
            return Value::object_of(Keyword::Ref, self.reference(reference, scope, usage));
        }
        let inner = self.use_of_keywords(schema, members, scope, usage);
        let mut entries = Vec::new();
        for member in &modern::convert_keywords(members, scope.dialect, self.target) {
            entries.extend(self.member(schema, member, members, scope, inner));
        }
        if self.declares_names(usage) && !matches!(inner, Use::Counted(_)) {
            entries.extend(self.names_to_send(schema, scope, usage.frame()));
        }
        merge_branches(entries)
    }

    /// Returns whether what a subschema evaluates is what its writer may send.
    pub(super) fn declares_names(&self, usage: Use) -> bool {
        self.side == RewriteSide::Writer && matches!(usage, Use::Whole(_) | Use::Part(_))
    }

    fn member(
        &mut self,
        holder: &'v Value,
        member: &modern::ModernMember<'v>,
        members: &'v JsonObject,
        scope: &LexicalScope,
        usage: Use,
    ) -> Vec<Member> {
        let value = member.value;
        let keep = |value| vec![Member::new(member.name, value)];
        let Some(keyword) = member.keyword else {
            return keep(value.clone());
        };
        let rewrites = usage != Use::Plain;
        let opens = self.side != RewriteSide::Writer && rewrites;
        match keyword {
            // Copies carry what is referenced; identifiers would move the base of their references.
            any_definitions!() | Keyword::Anchor | Keyword::Draft4Id | Keyword::Id | Keyword::Schema => vec![],
            Keyword::DynamicAnchor | Keyword::DynamicRef | Keyword::RecursiveAnchor | Keyword::RecursiveRef => {
                self.dynamic(keyword, value, scope, usage)
            }
            Keyword::Ref => keep(self.reference(value.as_str().unwrap_or_default(), scope, usage.in_place())),
            Keyword::Enum if opens && is_extensible(holder) => {
                self.changed = true;
                open_list(value, members)
            }
            Keyword::Required if self.side == RewriteSide::DefaultingReader && rewrites => {
                let names = self.without_defaults(holder, value, members, scope, usage.frame());
                self.changed |= names.len() < value.as_array().map_or(0, <[Value]>::len);
                // draft-04 has no empty list of names.
                if names.is_empty() {
                    vec![]
                } else {
                    keep(Value::array(names))
                }
            }
            Keyword::DependentRequired => dependent_names(value),
            any_annotation!() | any_assertion!() | Keyword::ContentSchema | Keyword::Vocabulary => keep(value.clone()),
            any_applicator!() => self.applicator(holder, (keyword, value), members, scope, usage),
        }
    }

    /// A keyword whose meaning may depend on the way that leads to it: where there is one way, a plain reference.
    fn dynamic(&mut self, keyword: Keyword, value: &'v Value, scope: &LexicalScope, usage: Use) -> Vec<Member> {
        if self.resolver.is_dynamic() {
            self.impossible = Some(format!("`{keyword}` is not understood under this policy"));
            return vec![];
        }
        if keyword.kind() == KeywordKind::Identifier {
            return vec![];
        }
        let reference = self.reference(value.as_str().unwrap_or_default(), scope, usage.in_place());
        vec![Member::new(Keyword::Ref, reference)]
    }

    /// A reference to the copy of its target for this use.
    fn reference(&mut self, text: &str, scope: &LexicalScope, usage: Use) -> Value {
        let Ok(target) = self.resolver.resolve(&scope.base, text) else {
            self.impossible = Some(format!("`{text}` cannot be resolved"));
            return Value::string(text);
        };
        let count = self.copies.len();
        let key = (target.pointer.clone(), usage);
        let name = self.copies.entry(key).or_insert_with(|| {
            let name = format!("{count}");
            self.pending.push_back(Pending {
                name: name.clone(),
                schema: target.value,
                scope: target.scope,
                usage,
            });
            name
        });
        Value::string(&format!("#/definitions/{name}"))
    }
}
