//! Names of inline types. In: the places of the schemas that describe a value. Out: the name that the value's type has by its place alone,
//! whatever refers to it first.

use schemactl_model::{Keyword, Pointer};

use super::{Conjunction, Lowerer};
use crate::names::{name_element, to_pascal};

impl<'v> Lowerer<'v> {
    /// Returns what the type of a value is called. `wish` is what the type around it would call it: that counts where the value has no place of
    /// its own, such as a property that several schemas describe, or an alternative.
    // INVARIANT: a property that is added elsewhere may lead here on another way. A name that depended on the way would change.
    pub(super) fn wish_name(&self, alternatives: &[Conjunction<'v>], wish: &str) -> String {
        match alternatives {
            [Conjunction { certain, .. }] if certain.len() == 1 => self.name_by_place(&certain[0].pointer),
            _ => None,
        }
        .unwrap_or_else(|| wish.to_owned())
    }

    /// The name of the closest definition around a place, and the properties on the way. `None` if alternatives are on the way: which of them
    /// is told apart by more than its place.
    fn name_by_place(&self, place: &Pointer) -> Option<String> {
        let tokens = place.tokens();
        let prefixes = (1..=tokens.len()).rev();
        let prefix = |length: usize| {
            tokens[..length]
                .iter()
                .fold(Pointer::root(), |place, token| place.join(token))
        };
        let mut named = prefixes.filter_map(|length| Some((length, self.reserved.get(&prefix(length))?)));
        let (length, base) = named.next().unwrap_or((0, &self.root_name));
        let mut name = base.clone();
        let mut rest = tokens[length..].iter();
        while let Some(token) = rest.next() {
            match Keyword::from_name(token)? {
                Keyword::Properties => name.push_str(&to_pascal(rest.next()?)),
                Keyword::AdditionalProperties | Keyword::UnevaluatedProperties => name.push_str("Value"),
                Keyword::PatternProperties => {
                    rest.next()?;
                    name.push_str("Value");
                }
                Keyword::AllOf => {
                    rest.next()?;
                }
                Keyword::PrefixItems => name.push_str(&position(rest.next()?)?),
                Keyword::Items => match rest.clone().next().and_then(|next| position(next)) {
                    Some(position) => {
                        rest.next();
                        name.push_str(&position);
                    }
                    None => name = name_element(&name),
                },
                _ => return None,
            }
        }
        Some(name)
    }
}

/// The position of an element, counted from one.
fn position(token: &str) -> Option<String> {
    let index: usize = token.parse().ok()?;
    Some((index + 1).to_string())
}
