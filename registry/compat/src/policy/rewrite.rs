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
    any_applicator, any_assertion, any_definitions, any_identifier, any_reference, is_extensible, is_schema, union_tag,
};

use super::frame::{Below, FrameId, Frames, is_anything, is_pure_reference};
use super::scan::{compares_values, count_objects, has_any_keyword};
use super::{Transformed, modern};
use crate::Schema;

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
    fn in_place(self) -> Self {
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

    /// Whether what a subschema evaluates is what its writer may send.
    fn declares_names(&self, usage: Use) -> bool {
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
                any_of_the_types(value, members)
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

    /// A keyword that applies schemas.
    fn applicator(
        &mut self,
        holder: &'v Value,
        (keyword, value): (Keyword, &'v Value),
        members: &'v JsonObject,
        scope: &LexicalScope,
        usage: Use,
    ) -> Vec<Member> {
        let keep = |value| vec![Member::new(keyword, value)];
        let part = usage.in_place();
        let rewrites = usage != Use::Plain;
        let opens = self.side != RewriteSide::Writer && rewrites;
        match keyword {
            Keyword::AdditionalProperties | Keyword::UnevaluatedProperties => {
                self.other_properties(holder, (keyword, value), scope, usage)
            }
            Keyword::Properties => keep(self.each(value, |pass, member| {
                pass.child(holder, &member.value, scope, usage, Below::Property(&member.key))
            })),
            Keyword::PatternProperties => keep(self.each(value, |pass, member| {
                pass.child(holder, &member.value, scope, usage, Below::Matching(&member.key))
            })),
            Keyword::Dependencies if self.declares_names(usage) => {
                let schemas = self.dependent_schemas(value, scope, part);
                dependent_names(value).into_iter().chain(schemas).collect()
            }
            Keyword::Dependencies => keep(self.each(value, |pass, member| pass.schema(&member.value, scope, part))),
            Keyword::DependentSchemas => self.dependent_schemas(value, scope, part),
            Keyword::AdditionalItems | Keyword::Items | Keyword::PrefixItems | Keyword::UnevaluatedItems => {
                let below = Below::Element { contains: false };
                keep(self.one_or_each(value, |pass, value| pass.child(holder, value, scope, usage, below)))
            }
            Keyword::OneOf if rewrites => {
                let branches = self.one_of(value, scope, part);
                self.extended(holder, branches, keyword, scope)
            }
            Keyword::AnyOf if opens => {
                let branches = keep(self.one_or_each(value, |pass, value| pass.schema(value, scope, part)));
                self.extended(holder, branches, keyword, scope)
            }
            Keyword::AllOf | Keyword::AnyOf | Keyword::Then | Keyword::Else => {
                keep(self.one_or_each(value, |pass, value| pass.schema(value, scope, part)))
            }
            Keyword::Contains => keep(self.contains(holder, value, members, scope, usage)),
            Keyword::OneOf | Keyword::Not | Keyword::If | Keyword::PropertyNames => {
                keep(self.one_or_each(value, |pass, value| pass.schema(value, scope, Use::Plain)))
            }
            any_reference!() | any_assertion!() => keep(value.clone()),
            any_annotation!() | any_definitions!() | any_identifier!() | Keyword::ContentSchema => keep(value.clone()),
        }
    }

    /// What a schema says of the properties that it does not list.
    fn other_properties(
        &mut self,
        holder: &'v Value,
        (keyword, value): (Keyword, &'v Value),
        scope: &LexicalScope,
        usage: Use,
    ) -> Vec<Member> {
        let rewrites = usage != Use::Plain;
        let opens = self.side != RewriteSide::Writer && rewrites && value.kind == Kind::Bool(false);
        if opens || self.is_left_open(value, usage) {
            self.changed = true;
            return vec![];
        }
        let rewritten = if rewrites {
            self.child(holder, value, scope, usage, Below::Additional)
        } else {
            self.one_or_each(value, |pass, value| pass.schema(value, scope, Use::Plain))
        };
        vec![Member::new(keyword, rewritten)]
    }

    /// Whether a keyword lets a writer add properties without saying which. It declares none.
    fn is_left_open(&self, value: &Value, usage: Use) -> bool {
        self.declares_names(usage) && is_anything(value)
    }

    /// A schema for a part of the value that `holder` describes.
    fn child(
        &mut self,
        holder: &'v Value,
        value: &'v Value,
        scope: &LexicalScope,
        usage: Use,
        below: Below<'_>,
    ) -> Value {
        let usage = match usage {
            Use::Plain => Use::Plain,
            _ if self.side == RewriteSide::Reader => Use::Whole(FrameId::NONE),
            _ => Use::Whole(self.frames.below(usage.frame(), holder, (value, scope), below)),
        };
        self.schema(value, scope, usage)
    }

    fn dependent_schemas(&mut self, value: &'v Value, scope: &LexicalScope, usage: Use) -> Vec<Member> {
        let members = value.as_object().into_iter().flat_map(JsonObject::iter);
        let schemas = members.filter(|member| is_schema(&member.value));
        let schemas = schemas.map(|member| member.with_value(self.schema(&member.value, scope, usage)));
        let schemas: Vec<_> = schemas.collect();
        if schemas.is_empty() {
            return vec![];
        }
        vec![Member::new(Keyword::DependentSchemas, Value::object(schemas))]
    }

    /// `contains`, whose counts stay beside it. In 2020-12 it also evaluates the elements that it finds, about which readings of
    /// 2019-09 differ.
    fn contains(
        &mut self,
        holder: &'v Value,
        value: &'v Value,
        members: &'v JsonObject,
        scope: &LexicalScope,
        usage: Use,
    ) -> Value {
        let is_disputed = scope.dialect == Dialect::Draft201909 && self.target != scope.dialect;
        if is_disputed && has_any_keyword(self.resolver.root(), &[Keyword::UnevaluatedItems]) {
            self.impossible = Some("`contains` beside `unevaluatedItems` is read in two ways under 2019-09".to_owned());
        }
        let counts = [Keyword::MinContains, Keyword::MaxContains];
        let is_counted =
            counts.iter().any(|keyword| members.keyword(*keyword).is_some()) && scope.dialect >= Dialect::Draft201909;
        if is_counted || usage == Use::Plain {
            return self.schema(value, scope, Use::Plain);
        }
        self.child(holder, value, scope, usage, Below::Element { contains: true })
    }

    /// Exactly one branch holds: a branch counts for itself and against the others, so rewriting it in place would narrow and
    /// widen at once. A writer also satisfies a rewritten branch; a reader accepts what either form accepts.
    fn one_of(&mut self, value: &'v Value, scope: &LexicalScope, usage: Use) -> Vec<Member> {
        let plain = self.one_or_each(value, |pass, value| pass.schema(value, scope, Use::Plain));
        let rewritten = self.one_or_each(value, |pass, value| pass.schema(value, scope, usage));
        if plain == rewritten {
            return vec![Member::new(Keyword::OneOf, plain)];
        }
        let one_of = |branches| Value::object_of(Keyword::OneOf, branches);
        match self.side {
            // Twice negated, so that only the rewritten branches say which names are evaluated.
            RewriteSide::Writer => vec![
                all_of_branch(Value::object_of(
                    Keyword::Not,
                    Value::object_of(Keyword::Not, one_of(plain)),
                )),
                all_of_branch(Value::object_of(Keyword::AnyOf, rewritten)),
            ],
            RewriteSide::Reader | RewriteSide::DefaultingReader => {
                let forms = [plain, rewritten].map(one_of);
                vec![all_of_branch(Value::object_of(
                    Keyword::AnyOf,
                    Value::array(forms.to_vec()),
                ))]
            }
        }
    }

    /// A union that is marked as open, as its reader has it: values of other kinds are accepted too.
    fn extended(
        &mut self,
        holder: &'v Value,
        union: Vec<Member>,
        keyword: Keyword,
        scope: &LexicalScope,
    ) -> Vec<Member> {
        if self.side == RewriteSide::Writer || !is_extensible(holder) {
            return union;
        }
        let Some(tag) = union_tag(&self.resolver, holder, scope).filter(|tag| tag.keyword == keyword) else {
            return union;
        };
        self.changed = true;
        let either = Value::array(vec![Value::object(union), tag.unknown_kinds()]);
        vec![all_of_branch(Value::object_of(Keyword::AnyOf, either))]
    }

    fn one_or_each(&mut self, value: &'v Value, mut rewritten: impl FnMut(&mut Self, &'v Value) -> Value) -> Value {
        match &value.kind {
            Kind::Array(elements) => Value::array(elements.iter().map(|element| rewritten(self, element)).collect()),
            _ => rewritten(self, value),
        }
    }

    fn each(&mut self, value: &'v Value, mut rewritten: impl FnMut(&mut Self, &'v Member) -> Value) -> Value {
        let Some(members) = value.as_object() else {
            return value.clone();
        };
        let rewritten = members.iter().map(|member| match member.value.kind {
            // The names of `dependencies`.
            Kind::Array(_) | Kind::String(_) => member.clone(),
            _ => member.with_value(rewritten(self, member)),
        });
        Value::object(rewritten.collect())
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

/// The lists of names of `dependencies`, or of its successor.
fn dependent_names(value: &Value) -> Vec<Member> {
    let members = value.as_object().into_iter().flat_map(JsonObject::iter);
    let lists = members.filter_map(|member| match &member.value.kind {
        Kind::Array(_) => Some(member.clone()),
        Kind::String(_) => Some(Member::new(&member.key, Value::array(vec![member.value.clone()]))),
        _ => None,
    });
    let lists: Vec<_> = lists.collect();
    if lists.is_empty() {
        return vec![];
    }
    vec![Member::new(Keyword::DependentRequired, Value::object(lists))]
}

/// An extensible enum accepts any value of the types that its values have.
fn any_of_the_types(values: &Value, members: &JsonObject) -> Vec<Member> {
    if members.keyword(Keyword::Type).is_some() {
        return vec![];
    }
    let values = values.as_array().unwrap_or_default();
    let types: std::collections::BTreeSet<_> = values.iter().map(Value::kind_name).collect();
    vec![Member::new(
        Keyword::Type,
        Value::array(types.into_iter().map(Value::string).collect()),
    )]
}

/// Entries with one `allOf` for all the schemas that were added.
pub(super) fn merge_branches(entries: Vec<Member>) -> Value {
    let (all_of, mut rest): (Vec<_>, Vec<_>) = entries
        .into_iter()
        .partition(|entry| entry.keyword() == Some(Keyword::AllOf));
    let branches: Vec<_> = all_of
        .iter()
        .filter_map(|entry| entry.value.as_array())
        .flatten()
        .cloned()
        .collect();
    if !branches.is_empty() {
        rest.push(Member::new(Keyword::AllOf, Value::array(branches)));
    }
    Value::object(rest)
}

pub(super) fn all_of_branch(schema: Value) -> Member {
    Member::new(Keyword::AllOf, Value::array(vec![schema]))
}
