//! Keywords that apply schemas, rewritten for one side of a comparison. In: a keyword with its value, and how the schema that holds it is
//! used. Out: the keywords that take its place: which schemas are rewritten below it, and for which use.

use schemactl_model::{
    Dialect, JsonObject, Keyword, Kind, LexicalScope, Member, Value, any_annotation, any_assertion, any_definitions,
    any_identifier, any_reference, is_extensible, is_schema, union_tag,
};

use super::frame::{Below, FrameId, is_anything};
use super::rewrite::{RewriteSide, Rewriter, Use};
use super::scan::has_any_keyword;
use super::written::{all_of_branch, dependent_names};

impl<'v> Rewriter<'v> {
    /// Rewrites a keyword that applies schemas.
    pub(super) fn applicator(
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
}
