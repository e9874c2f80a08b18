//! The literals of an object, gathered. In: a conjunction. Out: what is asked of all properties, of some of them, and of their number.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::Demand;
use crate::node::{Form, Node};
use crate::solve::Solver;
use crate::solve::clauses::Situation;

/// Demands on the values of names that are gone through for each name; more of them are looked up by it. Below, building the table
/// costs more than it saves.
const FEW_NAMES: usize = 32;
/// Names that are asked for without such a table: going through some hundred demands takes as long as a table of them takes to build.
const FEW_ASKED: usize = 4;

/// The literals of an object, gathered.
pub(in crate::solve) struct ObjectLiterals {
    pub(in crate::solve) every: Vec<Demand>,
    /// What `every` asks, by name, where it asks it of many single names.
    pub(super) by_name: Option<DemandsByName>,
    pub(super) some: Vec<Demand>,
    pub(in crate::solve) least: u64,
    pub(in crate::solve) most: Option<u64>,
    pub(super) opaque: bool,
}

/// What is asked of all properties of a set of names: of single names, looked up, and of all other sets.
pub(super) struct DemandsByName {
    pub(super) single: FxHashMap<Rc<str>, Vec<Node>>,
    pub(super) others: Vec<Demand>,
}

impl Solver<'_> {
    pub(super) fn members(&self, situation: &Situation) -> ObjectLiterals {
        let mut members = ObjectLiterals {
            every: Vec::new(),
            by_name: None,
            some: Vec::new(),
            least: 0,
            most: None,
            opaque: false,
        };
        for node in situation.literals() {
            match self.shared.arena.form(*node) {
                Form::All(names, values) => members.every.push((*names, *values)),
                Form::Some(names, values) => members.some.push((*names, *values)),
                Form::MinProperties(count) => members.least = members.least.max(*count),
                Form::MaxProperties(count) => members.most = Some(members.most.map_or(*count, |most| most.min(*count))),
                Form::Opaque(..) => members.opaque = true,
                _ => {}
            }
        }
        // A branch of a wide union asks for one name, and there are as many branches as names.
        if members.every.len() > FEW_NAMES && members.some.len() > FEW_ASKED {
            members.by_name = Some(self.demands_by_name(&members.every));
        }
        members
    }

    fn demands_by_name(&self, every: &[Demand]) -> DemandsByName {
        let mut found = DemandsByName {
            single: FxHashMap::default(),
            others: Vec::new(),
        };
        for (names, values) in every {
            match self.shared.arena.single_text(*names) {
                Some(name) => found.single.entry(Rc::clone(name)).or_default().push(*values),
                None => found.others.push((*names, *values)),
            }
        }
        found
    }
}
