//! The way from the whole event down to a change. In: the pairs of schemas that were met. Out: the place in the event, and for each
//! step the schemas of both sides that describe the value there.

use std::rc::Rc;

use schemactl_model::{Dialect, LexicalScope, Pointer};

use crate::event_path::{EventPath, EventStep};

/// A schema in a document, by its place, with the base URI of its references and its dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SchemaSpot {
    pub(crate) pointer: Pointer,
    pub(crate) scope: LexicalScope,
}

impl SchemaSpot {
    /// Returns the whole document.
    pub(crate) fn root(dialect: Dialect) -> Self {
        Self {
            pointer: Pointer::root(),
            scope: LexicalScope::new(dialect),
        }
    }
}

/// What leads from one pair of schemas to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TrailStep {
    /// Into the event.
    Into(EventStep),
    /// To another schema of the same value: a branch, or the target of a reference beside keywords.
    Beside,
}

/// One pair of schemas, and those around it.
#[derive(Clone, Debug)]
pub(crate) struct Trail {
    pub(crate) above: Option<(Rc<Trail>, TrailStep)>,
    pub(crate) old: SchemaSpot,
    pub(crate) new: SchemaSpot,
}

impl Trail {
    /// Returns the pairs of schemas from the root down, each with the step that leads to it.
    pub(crate) fn pairs(&self) -> Vec<(Option<&TrailStep>, &Self)> {
        let mut pairs = Vec::new();
        let mut next = Some(self);
        while let Some(trail) = next {
            let above = trail.above.as_ref();
            pairs.push((above.map(|(_, step)| step), trail));
            next = above.map(|(trail, _)| &**trail);
        }
        pairs.reverse();
        pairs
    }

    /// Returns whether a pair of schemas is this one, or one around it.
    pub(crate) fn passes(&self, other: &Self) -> bool {
        let is_it = |pair: &Self| pair.old.pointer == other.old.pointer && pair.new.pointer == other.new.pointer;
        let mut next = Some(self);
        while let Some(pair) = next {
            if is_it(pair) {
                return true;
            }
            next = pair.above.as_ref().map(|(above, _)| &**above);
        }
        false
    }

    /// Returns the place in the event.
    pub(crate) fn path(&self) -> EventPath {
        let steps = self.pairs().into_iter().filter_map(|(step, _)| match step {
            Some(TrailStep::Into(step)) => Some(step.clone()),
            _ => None,
        });
        EventPath::from_steps(steps.collect())
    }
}
