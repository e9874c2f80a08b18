//! Parts of the two documents as the engine is asked about them. In: a place of a document, edits of it. Out: the schema that stands
//! there as a document of its own, under the policy, kept by the engine so that it is compiled once.

use std::collections::BTreeMap;

use schemactl_model::{Keyword, Kind, Member, Pointer, Value};

use super::{ReadingDirection, Work};
use crate::change::Change;
use crate::diff::{Fragment, LocatedChange, SchemaSpot, Trail, TrailStep};
use crate::edit::{Edit, apply_edits};
use crate::engine::KeptSchema;
use crate::event_path::EventStep;
use crate::policy::extract_keywords;
use crate::prepared::{PreparedSide, VersionViews};
use crate::verdict::Verdict;
use schemactl_containment::Schema;

/// One of the two documents, with the way to its part of a change.
#[derive(Clone, Copy)]
pub(super) struct Role<'d> {
    pub(super) version: &'d VersionViews<'d>,
    pub(super) schema: &'d Schema<'d>,
    is_old: bool,
}

impl<'d> Role<'d> {
    pub(super) fn old(version: &'d VersionViews<'d>) -> Self {
        Self::of(version, true)
    }

    pub(super) fn new(version: &'d VersionViews<'d>) -> Self {
        Self::of(version, false)
    }

    fn of(version: &'d VersionViews<'d>, is_old: bool) -> Self {
        Self {
            version,
            schema: version.written(),
            is_old,
        }
    }

    /// The view of the whole document that says the same, so that none is kept twice.
    fn view_of_whole(self, view: PartView) -> PartView {
        let is_pinned = self.version.side.is_pinned();
        let view = match view {
            PartView::AnyWriter if !is_pinned => PartView::Writer,
            other => other,
        };
        match view {
            PartView::Writer if !is_pinned && self.version.sent_under_policy() == Ok(None) => PartView::Written,
            PartView::Reader if self.version.taken_under_policy() == Ok(None) => PartView::Written,
            other => other,
        }
    }

    /// The places of this document that a change is about.
    pub(super) fn own_places(self, found: &LocatedChange) -> Vec<Pointer> {
        let relax = self.fragment(found).relax.iter().map(Edit::place).cloned();
        relax.chain([self.place(&found.change).clone()]).collect()
    }

    /// The name that this side requires for a change.
    pub(super) fn required_name(self, found: &LocatedChange) -> Option<String> {
        self.fragment(found).relax.iter().find_map(|edit| match edit {
            Edit::RemoveName(_, name) => Some(name.clone()),
            _ => None,
        })
    }

    pub(super) fn fragment(self, found: &LocatedChange) -> &Fragment {
        if self.is_old { &found.old } else { &found.new }
    }

    /// Where a change stands in this document.
    pub(super) fn place(self, change: &Change) -> &Pointer {
        if self.is_old { &change.old } else { &change.new }
    }

    pub(super) fn spot(self, trail: &Trail) -> &SchemaSpot {
        if self.is_old { &trail.old } else { &trail.new }
    }
}

/// What a part is asked about as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PartView {
    /// What writers send under the policy.
    Writer,
    /// What readers accept under the policy.
    Reader,
    /// The same, whatever version it names.
    AnyWriter,
    /// What the schema says, whatever version it names.
    Written,
}

/// The parts that are kept already.
#[derive(Default)]
pub(super) struct PartCache<'s> {
    kept: BTreeMap<(bool, Pointer, PartView), Option<KeptSchema<'s>>>,
    /// Instances of single parts, by their numbers: every change of a schema asks for the same one.
    instances: BTreeMap<KeptSchema<'s>, Option<Value>>,
}

impl<'s> Work<'_, 's> {
    /// Keeps the schema at a place of a document. `None` where the policy, or a reference that depends on the way, forbids it.
    pub(super) fn part(&mut self, role: Role<'_>, spot: &SchemaSpot, view: PartView) -> Option<KeptSchema<'s>> {
        let is_whole = spot.pointer.tokens().is_empty();
        let view = if is_whole { role.view_of_whole(view) } else { view };
        let key = (role.is_old, spot.pointer.clone(), view);
        if let Some(known) = self.parts.kept.get(&key) {
            return *known;
        }
        let kept = if is_whole {
            self.keep_whole(role, view)
        } else {
            self.make_part(role, spot, view, &[])
        };
        self.parts.kept.insert(key, kept);
        kept
    }

    /// Keeps a whole document.
    fn keep_whole(&mut self, role: Role<'_>, view: PartView) -> Option<KeptSchema<'s>> {
        let side = &role.version.side;
        // Whoever writes an event names its version; whoever reads it accepts any.
        let schema = match view {
            PartView::Writer => role.version.sent().ok()?,
            PartView::Reader => role.version.taken().ok()?,
            PartView::AnyWriter | PartView::Written => return self.keep_as(&side.open(), view),
        };
        Some(self.question.questions.keep(&schema))
    }

    /// Keeps the schema at a place of a copy of the document with edits.
    pub(super) fn edited_part(
        &mut self,
        role: Role<'_>,
        spot: &SchemaSpot,
        view: PartView,
        edits: &[&Edit],
    ) -> Option<KeptSchema<'s>> {
        if edits.is_empty() {
            return self.part(role, spot, view);
        }
        self.make_part(role, spot, view, edits)
    }

    fn make_part(
        &mut self,
        role: Role<'_>,
        spot: &SchemaSpot,
        view: PartView,
        edits: &[&Edit],
    ) -> Option<KeptSchema<'s>> {
        let dialect = role.schema.dialect;
        if spot.pointer.tokens().is_empty() {
            let root = apply_edits(role.schema.root, edits.iter().copied());
            let schema = Schema::new(&root, dialect);
            let side = PreparedSide::new(&schema, self.question.settings.version_field);
            return match view {
                PartView::Writer => self.keep_as(&side.written, view),
                PartView::Reader | PartView::AnyWriter | PartView::Written => self.keep_as(&side.open(), view),
            };
        }
        // An edit elsewhere, in a definition that is referred to, needs the whole document.
        let is_local = edits.iter().all(|edit| edit.place().starts_with(&spot.pointer));
        let whole = (!is_local).then(|| apply_edits(role.schema.root, edits.iter().copied()));
        let root = whole.as_ref().unwrap_or(role.schema.root);
        let mut value = spot.pointer.resolve(root)?.clone();
        if is_local && !edits.is_empty() {
            let moved: Vec<Edit> = edits.iter().map(|edit| edit.below(&spot.pointer)).collect();
            value = apply_edits(&value, &moved);
        }
        let entries = match value.kind {
            Kind::Object(members) => members.iter().cloned().collect(),
            Kind::Bool(true) => Vec::new(),
            _ => vec![Member::new(Keyword::Not, Value::accept_all())],
        };
        let (part, dialect) = extract_keywords(&Schema::new(root, dialect), &entries, &spot.scope)?;
        self.keep_as(&Schema::new(&part, dialect), view)
    }

    fn keep_as(&mut self, schema: &Schema<'_>, view: PartView) -> Option<KeptSchema<'s>> {
        let policy = self.question.settings.policy;
        let (value, dialect) = match view {
            PartView::Writer | PartView::AnyWriter => policy.as_writer(schema).of(schema).ok()?,
            PartView::Reader => policy.as_reader(schema).of(schema).ok()?,
            PartView::Written => (std::borrow::Cow::Borrowed(schema.root), schema.dialect),
        };
        Some(self.question.questions.keep(&Schema::new(&value, dialect)))
    }

    /// Keeps the keywords of a change, as seen from some steps above them. `None` where a step is another keyword's word.
    pub(super) fn fragment_below(
        &mut self,
        role: Role<'_>,
        fragment: &Fragment,
        steps: &[(Option<&TrailStep>, &Trail)],
    ) -> Option<KeptSchema<'s>> {
        let mut keywords = fragment.keywords.clone();
        for (step, _) in steps.iter().rev() {
            keywords = match step {
                Some(TrailStep::Into(EventStep::Property(name))) => {
                    vec![Member::new(
                        Keyword::Properties,
                        Value::object_of(name, Value::object(keywords)),
                    )]
                }
                Some(TrailStep::Into(EventStep::AnyElement)) => {
                    vec![Member::new(Keyword::Items, Value::object(keywords))]
                }
                // Which properties or positions those are is not said here.
                Some(TrailStep::Into(EventStep::AnyProperty | EventStep::Element(_))) => return None,
                Some(TrailStep::Beside) | None => continue,
            };
        }
        let (part, dialect) = extract_keywords(role.schema, &keywords, &fragment.scope)?;
        Some(self.keep_value(&part, dialect))
    }

    /// Finds an instance that all of `subs` accept and none of `sups`.
    pub(super) fn find_instance(&mut self, subs: &[KeptSchema<'s>], sups: &[KeptSchema<'s>]) -> Option<Value> {
        let alone = match (subs, sups) {
            ([part], []) => Some(*part),
            _ => None,
        };
        if let Some(known) = alone.and_then(|part| self.parts.instances.get(&part)) {
            return known.clone();
        }
        let instance = match self.question.questions.common(subs, sups) {
            Verdict::Incompatible { witness } => Some(witness),
            Verdict::Compatible | Verdict::Undecided { .. } => None,
        };
        if let Some(part) = alone {
            self.parts.instances.insert(part, instance.clone());
        }
        instance
    }

    /// Keeps a schema that no document has.
    pub(super) fn keep_value(&mut self, value: &Value, dialect: schemactl_model::Dialect) -> KeptSchema<'s> {
        self.question.questions.keep(&Schema::new(value, dialect))
    }
}

/// What would take others of some changes out of the reader, and leaves this one.
pub(super) fn edits_of_others(
    direction: &ReadingDirection<'_>,
    found: &[LocatedChange],
    index: usize,
    among: &[usize],
) -> Vec<Edit> {
    let reader = direction.reader;
    let own_edits = &reader.fragment(&found[index]).relax;
    let own = reader.own_places(&found[index]);
    let keeps_own = |edit: &&Edit| !own_edits.contains(edit) && !own.iter().any(|place| edit.replaces(place));
    let others = among.iter().filter(|other| **other != index);
    let edits = others.flat_map(|other| &reader.fragment(&found[*other]).relax);
    edits.filter(keeps_own).cloned().collect()
}
