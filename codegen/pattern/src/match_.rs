//! Matching events, with the semantics of aws/event-ruler 2.0.1. In: a [`Pattern`], then events. Out: yes or no.
//!
//! An event is walked once along the pattern's paths ([`walk`], or [`read`] while it is parsed), each leaf on them is put to the conditions ([`test`]), and
//! at the end the places of what was found must fit together ([`join`]). It deliberately does not know which values may be
//! in an event: whether a pattern can match at all is not asked here.

mod join;
mod read;
mod test;
mod walk;

use serde_json::Value;

use crate::ast::Pattern;
use crate::matcher::Matcher;
use crate::written::WrittenFields;
use join::Join;
use test::Test;
use walk::{EventWalk, FieldTree, Slot};

/// A pattern prepared for matching.
#[derive(Clone, Debug)]
pub struct CompiledPattern {
    paths: FieldTree,
    slots: Vec<Slot>,
    /// For each way through the `$or` lists its slots, in the order of their paths.
    branches: Vec<Vec<usize>>,
}

impl Pattern {
    /// Returns the pattern prepared for matching many events.
    pub fn compile(&self) -> CompiledPattern {
        CompiledPattern::new(self)
    }

    /// Returns whether an event matches. For more than one event, [`Pattern::compile`] once.
    ///
    /// # Examples
    ///
    /// ```
    /// use schemactl_pattern::Pattern;
    /// use serde_json::json;
    ///
    /// let pattern = Pattern::parse(r#"{"detail": {"total": [{"numeric": [">", 100]}]}}"#)?;
    /// assert!(pattern.matches(&json!({"detail": {"total": 120}})));
    /// assert!(!pattern.matches(&json!({"detail": {"total": 80}})));
    /// # Ok::<(), schemactl_pattern::PatternError>(())
    /// ```
    pub fn matches(&self, event: &Value) -> bool {
        self.compile().matches(event)
    }
}

impl CompiledPattern {
    fn new(pattern: &Pattern) -> Self {
        let mut compiled = Self {
            paths: FieldTree::default(),
            slots: Vec::new(),
            branches: Vec::new(),
        };
        let mut matchers = Vec::new();
        // A built pattern of too many branches is one that EventBridge refuses: it matches nothing.
        let branches = WrittenFields::of(pattern)
            .branches()
            .map(|branches| branches.list)
            .unwrap_or_default();
        for branch in &branches {
            let slots = branch
                .iter()
                .map(|(path, list)| compiled.slot(path, list, &mut matchers))
                .collect();
            compiled.branches.push(slots);
        }
        compiled.paths.sort();
        compiled
    }

    /// Returns whether an event matches. Anything but an object does not.
    pub fn matches(&self, event: &Value) -> bool {
        let Value::Object(event) = event else { return false };
        let mut walk = EventWalk::new(&self.slots);
        walk.event(event, &self.paths);
        self.fits(walk)
    }

    /// Returns whether an event that is JSON text matches, without keeping what the pattern does not ask for. If a key is repeated in
    /// the text, the values of both count. Fails if the text is not JSON.
    pub fn matches_str(&self, event: &str) -> Result<bool, serde_json::Error> {
        let mut reader = serde_json::Deserializer::from_str(event);
        let mut walk = EventWalk::new(&self.slots);
        read::walk_event(&mut walk, &self.paths, &mut reader)?;
        reader.end().map(|()| self.fits(walk))
    }

    fn fits(&self, walk: EventWalk<'_>) -> bool {
        let EventWalk {
            mut found,
            places,
            is_object,
            ..
        } = walk;
        for list in found
            .iter_mut()
            .flat_map(|found| [&mut found.satisfied, &mut found.present])
        {
            list.sort_unstable();
            list.dedup();
        }
        let mut join = Join::new(&self.slots, &found, &places);
        is_object && self.branches.iter().any(|branch| join.satisfies(branch))
    }

    /// The slot for conditions on a path, shared between branches that have the same ones. `known` is the matchers by slot.
    fn slot<'a>(&mut self, path: &str, matchers: &'a [Matcher], known: &mut Vec<&'a [Matcher]>) -> usize {
        let step = path.split('.').fold(&mut self.paths, FieldTree::enter);
        if let Some(slot) = step.slots.iter().find(|slot| known[**slot] == matchers) {
            return *slot;
        }
        let slot = self.slots.len();
        step.slots.push(slot);
        self.slots.push(Slot {
            tests: matchers.iter().map(Test::new).collect(),
            absent: matchers.contains(&Matcher::Exists(false)),
        });
        known.push(matchers);
        slot
    }
}

impl FieldTree {
    fn enter(&mut self, name: &str) -> &mut FieldTree {
        let known = self.children.iter().position(|(child, _)| child == name);
        let index = known.unwrap_or_else(|| {
            self.children.push((name.to_owned(), FieldTree::default()));
            self.children.len() - 1
        });
        &mut self.children[index].1
    }

    fn sort(&mut self) {
        self.children.sort_by(|(left, _), (right, _)| left.cmp(right));
        self.children.iter_mut().for_each(|(_, child)| child.sort());
    }
}
