//! Whether the places of a branch's values fit together. In: what [`super::walk`] found for the slots of one branch, in the
//! order of their paths. Out: whether one place can be picked for each slot so that no array is entered at two elements.
//!
//! A slot that asks for absence is satisfied if no value of its path is in the elements picked so far. So the order counts:
//! event-ruler takes paths alphabetically, and so does this.

use super::walk::{ElementIndex, Places, ROOT, Slot, SlotMatch};

/// A search for places that fit together.
pub(super) struct Join<'a> {
    slots: &'a [Slot],
    found: &'a [SlotMatch],
    places: &'a Places,
    /// The element picked of each array, [`ROOT`] for none.
    picked: Vec<ElementIndex>,
    /// The arrays with a pick, in the order of picking.
    trail: Vec<u32>,
}

/// What a slot means for its branch before any place is picked.
enum Outlook {
    Satisfied,
    Impossible,
    DependsOnPlaces,
}

impl<'a> Join<'a> {
    pub(super) fn new(slots: &'a [Slot], found: &'a [SlotMatch], places: &'a Places) -> Self {
        Self {
            slots,
            found,
            places,
            picked: vec![ROOT; places.array_ends.len()],
            trail: Vec::new(),
        }
    }

    /// Returns whether a branch, given by its slots, is satisfied.
    pub(super) fn satisfies(&mut self, branch: &[usize]) -> bool {
        let mut open = Vec::new();
        for &slot in branch {
            match self.outlook(slot) {
                Outlook::Satisfied => {}
                Outlook::Impossible => return false,
                Outlook::DependsOnPlaces => open.push(slot),
            }
        }
        self.groups(open).iter().all(|group| {
            let fits = self.pick(group);
            self.undo(0);
            fits
        })
    }

    fn outlook(&self, slot: usize) -> Outlook {
        let found = &self.found[slot];
        let absent = self.slots[slot].absent;
        if found.satisfied.first() == Some(&ROOT) || (absent && found.present.is_empty()) {
            Outlook::Satisfied
        } else if found.satisfied.is_empty() && (!absent || found.present.first() == Some(&ROOT)) {
            Outlook::Impossible
        } else {
            Outlook::DependsOnPlaces
        }
    }

    /// The slots, those together that have an array in common: only they can be in each other's way, and searching them
    /// apart keeps the search from trying every pair of elements of unrelated arrays.
    fn groups(&self, slots: Vec<usize>) -> Vec<Vec<usize>> {
        if slots.len() < 2 {
            return slots.into_iter().map(|slot| vec![slot]).collect();
        }
        let mut groups: Vec<(Vec<usize>, Vec<u32>)> = Vec::new();
        for slot in slots {
            let mut arrays = self.outermost_arrays(slot);
            let mut joined = Vec::new();
            groups.retain_mut(|(members, others)| {
                let shared = others.iter().any(|array| arrays.contains(array));
                if shared {
                    joined.append(members);
                    arrays.append(others);
                }
                !shared
            });
            joined.push(slot);
            groups.push((joined, arrays));
        }
        groups.into_iter().map(|(members, _)| members).collect()
    }

    /// The arrays that the places of a slot are in, as seen from outside. Inner arrays are shared only if these are.
    fn outermost_arrays(&self, slot: usize) -> Vec<u32> {
        let found = &self.found[slot];
        let mut arrays = Vec::new();
        for list in [&found.satisfied, &found.present] {
            let mut at = list.partition_point(|place| *place == ROOT);
            while let Some(&place) = list.get(at) {
                let array = self.outermost_array(place);
                if !arrays.contains(&array) {
                    arrays.push(array);
                }
                let end = self.places.array_ends[array as usize];
                at += list[at..].partition_point(|place| *place < end);
            }
        }
        arrays
    }

    fn outermost_array(&self, mut place: ElementIndex) -> u32 {
        loop {
            let element = self.places.elements[place as usize];
            if element.outer == ROOT {
                return element.array;
            }
            place = element.outer;
        }
    }

    fn pick(&mut self, slots: &[usize]) -> bool {
        let Some((&slot, rest)) = slots.split_first() else {
            return true;
        };
        let found: &'a SlotMatch = &self.found[slot];
        let mut at = 0;
        while let Some(&place) = found.satisfied.get(at) {
            match self.conflict(place) {
                None => {
                    let mark = self.trail.len();
                    self.enter(place);
                    if self.pick(rest) {
                        return true;
                    }
                    self.undo(mark);
                    at += 1;
                }
                Some(next) => at += found.satisfied[at..].partition_point(|place| *place < next),
            }
        }
        self.slots[slot].absent && !self.is_present(&found.present) && self.pick(rest)
    }

    /// Whether a value is in the picked elements.
    fn is_present(&self, present: &[ElementIndex]) -> bool {
        let mut at = 0;
        while let Some(&place) = present.get(at) {
            match self.conflict(place) {
                None => return true,
                Some(next) => at += present[at..].partition_point(|place| *place < next),
            }
        }
        false
    }

    /// If a place is in another element of an array than the picked one: the first place behind it that may not be.
    fn conflict(&self, mut place: ElementIndex) -> Option<ElementIndex> {
        let mut next = None;
        while place != ROOT {
            let element = self.places.elements[place as usize];
            let picked = self.picked[element.array as usize];
            if picked != ROOT && picked != place {
                next = Some(if place < picked {
                    picked
                } else {
                    self.places.array_ends[element.array as usize]
                });
            }
            place = element.outer;
        }
        next
    }

    fn enter(&mut self, mut place: ElementIndex) {
        while place != ROOT {
            let element = self.places.elements[place as usize];
            if self.picked[element.array as usize] == ROOT {
                self.picked[element.array as usize] = place;
                self.trail.push(element.array);
            }
            place = element.outer;
        }
    }

    fn undo(&mut self, mark: usize) {
        for array in self.trail.drain(mark..) {
            self.picked[array as usize] = ROOT;
        }
    }
}
