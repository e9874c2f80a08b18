//! Types, values, patterns and annotations.

use schemactl_model::{Keyword, Kind, Pointer, SubschemaRef, Value, is_extensible};

use super::conjuncts::Conjuncts;
use super::site::{Pair, Tree, find_keywords, has_only_keywords};
use super::type_words::{ANY, NULL, TypedSide, describe_types, mask_of, mask_of_value};
use super::value_set::ValueSet;
use super::{DiffWalk, listed, shown};
use crate::change::ChangeKind;
use crate::edit::Edit;

/// The keywords that list values.
const VALUES: [Keyword; 2] = [Keyword::Enum, Keyword::Const];

/// The keywords of unions.
pub(super) const UNIONS: [Keyword; 2] = [Keyword::AnyOf, Keyword::OneOf];

/// The keywords that can allow `null`.
const NULL_HOLDERS: [Keyword; 5] = [
    Keyword::Type,
    Keyword::AnyOf,
    Keyword::OneOf,
    Keyword::Enum,
    Keyword::Const,
];

/// A list of values, and the keyword that holds it.
struct KeywordValues<'v> {
    place: SubschemaRef<'v>,
    keyword: Keyword,
    values: Vec<&'v Value>,
}

/// The marks of open values, and what they are about.
const EXTENSIBLE: [Keyword; 5] = [
    Keyword::ExtensibleEnum,
    Keyword::Extensible,
    Keyword::Enum,
    Keyword::OneOf,
    Keyword::AnyOf,
];

impl<'v> DiffWalk<'v> {
    /// Compares types, and returns the unions that were read as types.
    pub(super) fn types(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>) -> &'static [Keyword] {
        let unions = self.typed_unions(conjuncts);
        let read: &[Keyword] = if unions.is_some() { &UNIONS[..] } else { &[] };
        let (of_old, of_new) = unions.unwrap_or((ANY, ANY));
        let (old, new) = self.masks(pair, conjuncts);
        let (old, new) = (old & of_old, new & of_new);
        let kind = match (new & !old, old & !new) {
            (0, 0) => return read,
            (0, _) => ChangeKind::TypeNarrowed,
            (_, 0) => ChangeKind::TypeWidened,
            _ => ChangeKind::TypeChanged,
        };
        let what = match (new & !old, old & !new) {
            (NULL, 0) => "may also be `null`".to_owned(),
            (0, NULL) => "may no longer be `null`".to_owned(),
            _ => {
                let old = TypedSide {
                    tree: &self.old,
                    places: &conjuncts.old,
                    mask: old,
                };
                let new = TypedSide {
                    tree: &self.new,
                    places: &conjuncts.new,
                    mask: new,
                };
                describe_types(old, new, pair.null_is_apart)
            }
        };
        if read.is_empty() {
            self.add(&conjuncts.pair(pair, &[Keyword::Type]), kind, what, &[Keyword::Type]);
        } else {
            let group = [Keyword::Type, Keyword::AnyOf, Keyword::OneOf];
            self.add(&conjuncts.pair(pair, &group), kind, what, &group);
        }
        read
    }

    /// The types that unions of types allow, if all unions are such.
    fn typed_unions(&self, conjuncts: &Conjuncts<'v>) -> Option<(u8, u8)> {
        let sides = [(&self.old, &conjuncts.old), (&self.new, &conjuncts.new)];
        let has_union = sides.iter().any(|(_, places)| unions_of(places).next().is_some());
        let [old, new] = sides.map(|(tree, places)| {
            unions_of(places).try_fold(ANY, |mask, (place, keyword)| {
                Some(mask & typed_union(tree, place, keyword)?)
            })
        });
        has_union.then_some((old?, new?))
    }

    /// The types of both sides, as far as the values that they list do not tell what changed.
    fn masks(&self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>) -> (u8, u8) {
        let declared = |places: &[SubschemaRef<'v>]| places.iter().fold(ANY, |mask, place| mask & mask_of(place));
        let (mut old, mut new) = (declared(&conjuncts.old), declared(&conjuncts.new));
        let of =
            |values: &mut dyn Iterator<Item = &'v Value>| values.fold(0, |mask, value| mask | mask_of_value(value));
        let listed = (
            listed_values(&self.old, &conjuncts.old),
            listed_values(&self.new, &conjuncts.new),
        );
        match listed {
            // A type matters for the values that both sides list.
            (Some(listed), Some(other)) => {
                let others = ValueSet::new(&other.values);
                let both = listed.values.iter().copied().filter(|value| others.has(value));
                let both = of(&mut both.into_iter());
                (old, new) = (old & both, new & both);
            }
            // Where one side leaves its type to its values, they say it.
            (Some(listed), None) if old == ANY && new != ANY => old = of(&mut listed.values.into_iter()),
            (None, Some(listed)) if new == ANY && old != ANY => new = of(&mut listed.values.into_iter()),
            _ => {}
        }
        if pair.null_is_apart {
            (old, new) = (old & !NULL, new & !NULL);
        }
        (old, new)
    }

    /// Compares listed values, and returns the unions that were read as lists.
    pub(super) fn values(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>) -> &'static [Keyword] {
        let (old, new) = (
            listed_values(&self.old, &conjuncts.old),
            listed_values(&self.new, &conjuncts.new),
        );
        let is_union = |listed: &Option<KeywordValues<'v>>| {
            listed.as_ref().is_some_and(|listed| !VALUES.contains(&listed.keyword))
        };
        // A union of constants against another union is compared branch by branch.
        let has_union = |places: &[SubschemaRef<'v>]| {
            let unions = places.iter().flat_map(|place| find_keywords(place, &UNIONS));
            unions.count() > 0
        };
        if is_union(&old) && new.is_none() && has_union(&conjuncts.new)
            || is_union(&new) && old.is_none() && has_union(&conjuncts.old)
        {
            return &[];
        }
        let reads_unions = is_union(&old) || is_union(&new);
        let place = |listed: &Option<KeywordValues<'v>>, places: &[SubschemaRef<'v>]| {
            listed
                .as_ref()
                .map_or_else(|| places[0].clone(), |listed| listed.place.clone())
        };
        let sides = pair.with(place(&old, &conjuncts.old), place(&new, &conjuncts.new));
        self.compare_values(&sides, old, new);
        if reads_unions { &UNIONS[..] } else { &[] }
    }

    fn compare_values(&mut self, pair: &Pair<'v>, old: Option<KeywordValues<'v>>, new: Option<KeywordValues<'v>>) {
        let keywords: Vec<Keyword> = [&old, &new]
            .into_iter()
            .flatten()
            .map(|listed| listed.keyword)
            .collect();
        let mut group = VALUES.to_vec();
        if keywords.iter().any(|keyword| !VALUES.contains(keyword)) {
            group.extend(UNIONS);
        }
        // What a list gains or loses, its type may have to gain or lose too.
        if old.is_some() && new.is_some() && mask_of(&pair.old) != mask_of(&pair.new) {
            group.push(Keyword::Type);
        }
        let group = &group[..];
        let (old, new) = match (old, new) {
            (None, None) => return,
            (None, Some(new)) => {
                let what = format!("only {} {} allowed now", list(&new.values), is(&new.values));
                return self.add(pair, ChangeKind::EnumAdded, what, group);
            }
            (Some(old), None) => {
                let what = format!("more than {} is allowed now", list(&old.values));
                return self.add(pair, ChangeKind::EnumRemoved, what, group);
            }
            (Some(old), Some(new)) => (old, new),
        };
        let is_apart = |value: &Value| pair.null_is_apart && value.kind == Kind::Null;
        let missing = |from: &KeywordValues<'v>, other: &KeywordValues<'v>| -> Vec<&'v Value> {
            let others = ValueSet::new(&other.values);
            let values = from.values.iter().copied();
            values.filter(|value| !others.has(value) && !is_apart(value)).collect()
        };
        let (removed, added) = (missing(&old, &new), missing(&new, &old));
        let first = self.found.len();
        if let ([was], [is]) = (removed.as_slice(), added.as_slice())
            && old.values.len() == 1
            && new.values.len() == 1
        {
            let what = format!("value changed from {} to {}", shown(was), shown(is));
            self.add(pair, ChangeKind::ConstChanged, what, group);
            return self.relax_to_values(first, &[was, is]);
        }
        if let Some(first) = removed.first() {
            let what = format!("{} {} no longer allowed", list(&removed), is(&removed));
            let at = (Some(value_at(&old, first)), None);
            self.add_values(pair, (ChangeKind::EnumValueRemoved, what), group, at);
        }
        if let Some(first) = added.first() {
            let what = format!("{} {} allowed now", list(&added), is(&added));
            let at = (None, Some(value_at(&new, first)));
            self.add_values(pair, (ChangeKind::EnumValueAdded, what), group, at);
        }
    }

    /// Lets the sides of changes stop caring by accepting the values of both, where they list them by a keyword.
    // INVARIANT: a tag that accepts anything makes the branches of a `oneOf` overlap. Events of other branches would be refused, for no change.
    fn relax_to_values(&mut self, first: usize, values: &[&Value]) {
        let listed: Vec<Value> = values.iter().copied().cloned().collect();
        for found in &mut self.found[first..] {
            for edit in found.old.relax.iter_mut().chain(&mut found.new.relax) {
                let is_list = |place: &Pointer| {
                    VALUES
                        .iter()
                        .any(|keyword| place.tokens().last().is_some_and(|last| last == keyword))
                };
                if let Edit::Remove(place) = edit
                    && is_list(place)
                {
                    *edit = Edit::List(place.clone(), listed.clone());
                }
            }
        }
    }

    /// A change of a list of values, at the first value of its own.
    fn add_values(
        &mut self,
        pair: &Pair<'v>,
        (kind, what): (ChangeKind, String),
        group: &[Keyword],
        (old, new): (Option<Pointer>, Option<Pointer>),
    ) {
        self.add(pair, kind, what, group);
        if let Some(found) = self.found.last_mut() {
            found.change.old = old.unwrap_or_else(|| found.change.old.clone());
            found.change.new = new.unwrap_or_else(|| found.change.new.clone());
        }
    }

    /// The pair without `null`, where one side writes it as a branch of a union. That `null` came or went is reported here.
    pub(super) fn without_null(&mut self, pair: &Pair<'v>) -> Option<Pair<'v>> {
        let (old_split, new_split) = (null_branch(&self.old, &pair.old), null_branch(&self.new, &pair.new));
        if old_split.is_none() && new_split.is_none() {
            return None;
        }
        // The other side has to say by itself whether `null` is allowed.
        let side = |tree: &Tree<'v>, split: Option<SubschemaRef<'v>>, place: &SubschemaRef<'v>| match split {
            Some(inner) => Some((inner, true)),
            None => Some((place.clone(), allows_null(tree, place)?)),
        };
        let (old, old_null) = side(&self.old, old_split, &pair.old)?;
        let (new, new_null) = side(&self.new, new_split, &pair.new)?;
        match (old_null, new_null) {
            (false, true) => self.add(pair, ChangeKind::TypeWidened, "may also be `null`", &NULL_HOLDERS),
            (true, false) => self.add(pair, ChangeKind::TypeNarrowed, "may no longer be `null`", &NULL_HOLDERS),
            _ => {}
        }
        Some(Pair {
            null_is_apart: true,
            ..pair.with(old, new)
        })
    }

    pub(super) fn patterns(&mut self, pair: &Pair<'v>) {
        let kinds = (ChangeKind::PatternAdded, ChangeKind::PatternRemoved);
        if let Some((old, new)) = self.presence(pair, Keyword::Pattern, kinds, &[Keyword::Pattern])
            && old != new
        {
            let what = format!("`pattern` changed from {} to {}", shown(old), shown(new));
            self.add(pair, ChangeKind::PatternChanged, what, &[Keyword::Pattern]);
        }
    }

    /// A keyword that validators see nothing of.
    pub(super) fn annotation(
        &mut self,
        pair: &Pair<'v>,
        conjuncts: &Conjuncts<'v>,
        keyword: Keyword,
        kind: ChangeKind,
    ) {
        let pair = &conjuncts.pair(pair, &[keyword]);
        let what = match (pair.old.value.keyword(keyword), pair.new.value.keyword(keyword)) {
            (Some(old), Some(new)) if old != new => {
                format!("`{keyword}` changed from {} to {}", shown(old), shown(new))
            }
            (None, Some(new)) => format!("`{keyword}` {} was added", shown(new)),
            (Some(old), None) => format!("`{keyword}` {} was removed", shown(old)),
            _ => return,
        };
        self.add(pair, kind, what, &[keyword]);
    }

    /// Whether readers accept values that a schema does not list.
    pub(super) fn open_values(&mut self, pair: &Pair<'v>) {
        match (is_extensible(pair.old.value), is_extensible(pair.new.value)) {
            (false, true) => {
                let what = "readers now accept values that they do not know";
                self.add(pair, ChangeKind::ExtensibleEnumAdded, what, &EXTENSIBLE);
            }
            (true, false) => {
                let what = "readers no longer accept values that they do not know";
                self.add(pair, ChangeKind::ExtensibleEnumRemoved, what, &EXTENSIBLE);
            }
            _ => {}
        }
    }
}

/// Whether the type of a schema allows whole numbers at most.
pub(super) fn allows_whole_numbers_only(place: &SubschemaRef<'_>) -> bool {
    mask_of(place) & 8 == 0
}

/// The unions of some schemas, with the schemas that have them.
pub(super) fn unions_of<'p, 'v>(
    places: &'p [SubschemaRef<'v>],
) -> impl Iterator<Item = (&'p SubschemaRef<'v>, Keyword)> {
    let of = move |place: &'p SubschemaRef<'v>| UNIONS.into_iter().map(move |keyword| (place, keyword));
    places
        .iter()
        .flat_map(of)
        .filter(|(place, keyword)| place.value.keyword(*keyword).is_some())
}

/// The types of a union whose branches say a type and nothing else.
fn typed_union(tree: &Tree<'_>, place: &SubschemaRef<'_>, keyword: Keyword) -> Option<u8> {
    place.list(keyword).iter().try_fold(0, |mask, branch| {
        let branch = tree.followed(branch);
        let own = mask_of(&branch);
        // A value of two branches is refused by `oneOf`, so overlapping branches are no list of types.
        let is_apart = keyword == Keyword::AnyOf || mask & own == 0;
        (branch.value.keyword(Keyword::Type).is_some() && has_only_keywords(&branch, &[Keyword::Type]) && is_apart)
            .then_some(mask | own)
    })
}

/// The other branch of a union of two of which one is `null` alone, and which says nothing else. It must not allow `null` itself.
fn null_branch<'v>(tree: &Tree<'v>, place: &SubschemaRef<'v>) -> Option<SubschemaRef<'v>> {
    let keyword = UNIONS
        .into_iter()
        .find(|keyword| has_only_keywords(place, &[*keyword]))?;
    let branches = place.list(keyword);
    let [first, second] = &branches[..] else { return None };
    let is_null = |branch: &SubschemaRef<'v>| {
        let values = listed_values(tree, std::slice::from_ref(branch));
        let only_null = |listed: KeywordValues<'_>| listed.values.iter().all(|value| value.kind == Kind::Null);
        has_only_keywords(branch, &[Keyword::Type]) && mask_of(branch) == NULL || values.is_some_and(only_null)
    };
    let inner = match (is_null(first), is_null(second)) {
        (true, false) => second,
        (false, true) => first,
        _ => return None,
    };
    let inner = tree.followed(inner);
    (allows_null(tree, &inner) == Some(false)).then_some(inner)
}

/// Whether the type or the values of a schema allow `null`; `None` where they leave it to other keywords.
fn allows_null(tree: &Tree<'_>, place: &SubschemaRef<'_>) -> Option<bool> {
    let mask = mask_of(place);
    match listed_values(tree, std::slice::from_ref(place)) {
        Some(listed) => Some(mask & NULL != 0 && listed.values.iter().any(|value| value.kind == Kind::Null)),
        None => (mask != ANY).then_some(mask & NULL != 0),
    }
}

/// The values of `const`, of `enum`, or of a union whose branches are constants.
fn listed_values<'v>(tree: &Tree<'v>, places: &[SubschemaRef<'v>]) -> Option<KeywordValues<'v>> {
    let found = |place: &SubschemaRef<'v>, keyword, values| {
        Some(KeywordValues {
            place: place.clone(),
            keyword,
            values,
        })
    };
    for place in places {
        if let Some(value) = place.keyword(Keyword::Const) {
            return found(place, Keyword::Const, vec![value]);
        }
        if let Some(values) = place.value.keyword(Keyword::Enum).and_then(Value::as_array) {
            return found(place, Keyword::Enum, values.iter().collect());
        }
    }
    for place in places {
        for keyword in [Keyword::OneOf, Keyword::AnyOf] {
            let constants = place.list(keyword).into_iter().map(|branch| constant(tree, &branch));
            let Some(values) = constants
                .collect::<Option<Vec<_>>>()
                .filter(|values| !values.is_empty())
            else {
                continue;
            };
            // A value of two branches is refused by `oneOf`, so the branches are no list.
            if keyword == Keyword::AnyOf || ValueSet::new(&values).count() == values.len() {
                return found(place, keyword, values);
            }
        }
    }
    None
}

/// The only value of a branch that is nothing but that value.
fn constant<'v>(tree: &Tree<'v>, branch: &SubschemaRef<'v>) -> Option<&'v Value> {
    let branch = tree.followed(branch);
    let value = branch.keyword(Keyword::Const).or_else(|| {
        match branch.value.keyword(Keyword::Enum).and_then(Value::as_array)? {
            [only] => Some(only),
            _ => None,
        }
    })?;
    let has_its_type = mask_of(&branch) & mask_of_value(value) != 0;
    (has_its_type && has_only_keywords(&branch, &[Keyword::Const, Keyword::Enum, Keyword::Type])).then_some(value)
}

/// Where a value is listed.
fn value_at(listed: &KeywordValues<'_>, value: &Value) -> Pointer {
    let at = listed.place.pointer.join(listed.keyword);
    let index = listed.values.iter().position(|known| *known == value);
    match index {
        Some(index) if listed.keyword != Keyword::Const => at.join(index.to_string()),
        _ => at,
    }
}

fn list(values: &[&Value]) -> String {
    listed(values.iter().map(|value| shown(value)))
}

fn is(values: &[&Value]) -> &'static str {
    if values.len() == 1 { "is" } else { "are" }
}
