//! Which branch of a union became which. In: the branches of both sides. Out: pairs, and those without a partner. Equal branches
//! belong together, then those with the same tag, then those with the same name, then what is left, in order.

use schemactl_model::{Keyword, SubschemaRef, Value};

use super::site::{Tree, conjuncts_of};

/// Pairs of indexes, and the indexes without a partner.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Aligned {
    pub(super) pairs: Vec<(usize, usize)>,
    pub(super) removed: Vec<usize>,
    pub(super) added: Vec<usize>,
}

pub(super) fn align_branches<'v>(
    (old_tree, old): (&Tree<'v>, &[SubschemaRef<'v>]),
    (new_tree, new): (&Tree<'v>, &[SubschemaRef<'v>]),
) -> Aligned {
    let mut aligned = Aligned {
        pairs: Vec::new(),
        removed: (0..old.len()).collect(),
        added: (0..new.len()).collect(),
    };
    let tags = |tree: &Tree<'v>, places: &[SubschemaRef<'v>]| -> Vec<_> {
        places.iter().map(|place| fixed_properties(tree, place)).collect()
    };
    let (old_tags, new_tags) = (tags(old_tree, old), tags(new_tree, new));
    // The same reference may lead to another definition.
    aligned.pass(|one, other| old[one].value == new[other].value && old_tags[one] == new_tags[other]);
    aligned.pass(|one, other| old_tags[one].iter().any(|tag| new_tags[other].contains(tag)));
    aligned.pass(|one, other| name(old[one].value).is_some_and(|known| name(new[other].value) == Some(known)));
    aligned.pass(|one, other| {
        let types = [&old[one], &new[other]].map(|place| place.value.keyword(Keyword::Type));
        types[0].is_some() && types[0] == types[1] && old_tags[one].is_empty() && new_tags[other].is_empty()
    });
    if old.len() == new.len() {
        aligned.pass(|one, other| one == other);
    }
    aligned.pairs.sort_unstable();
    aligned
}

impl Aligned {
    /// Pairs what is still without a partner and belongs together.
    fn pass(&mut self, belong: impl Fn(usize, usize) -> bool) {
        let Self { pairs, removed, added } = self;
        removed.retain(|one| {
            let Some(at) = added.iter().position(|other| belong(*one, *other)) else {
                return true;
            };
            pairs.push((*one, added.remove(at)));
            false
        });
    }
}

/// The properties that a branch, or a conjunct of it, fixes to one value.
pub(super) fn fixed_properties<'v>(tree: &Tree<'v>, branch: &SubschemaRef<'v>) -> Vec<(&'v str, &'v Value)> {
    let conjuncts = conjuncts_of(tree, &tree.followed(branch));
    let properties = conjuncts.iter().flat_map(|place| place.entries(Keyword::Properties));
    properties
        .filter_map(|property| Some((property.key.as_str(), fixed_value(&property.value)?)))
        .collect()
}

/// The one value that a schema allows, if it says so by itself.
pub(super) fn fixed_value(schema: &Value) -> Option<&Value> {
    schema
        .keyword(Keyword::Const)
        .or_else(|| match schema.keyword(Keyword::Enum).and_then(Value::as_array)? {
            [only] => Some(only),
            _ => None,
        })
}

fn name(schema: &Value) -> Option<&str> {
    let text = |keyword: Keyword| schema.keyword(keyword).and_then(Value::as_str);
    text(Keyword::Title)
        .or_else(|| text(Keyword::Ref).map(|reference| reference.rsplit(['/', '#']).next().unwrap_or(reference)))
}
