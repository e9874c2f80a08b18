//! Where references lead after a conversion. In: the references of a document. Out: for each of them the root of the result
//! or one of its `definitions`, and what stands there. A target keeps its name if it is a definition already; whatever else
//! is referred to becomes one, so that nothing depends on where a keyword ends up in draft-04.

use std::collections::BTreeMap;

use schemactl_model::{Keyword, Pointer, Reference, Resolver, SubschemaRef};
use schemactl_model::{encode_fragment, pick_unused_name};

pub(super) struct Draft4References<'v> {
    /// By the node that holds the reference, and its keyword.
    places: BTreeMap<(Pointer, Keyword), Pointer>,
    /// By the place in the source: the name, and what stands there.
    targets: BTreeMap<Pointer, (String, SubschemaRef<'v>)>,
    resources: usize,
}

impl<'v> Draft4References<'v> {
    pub(super) fn collect(resolver: &'v Resolver<'v>) -> Self {
        let mut found = Self {
            places: BTreeMap::new(),
            targets: BTreeMap::new(),
            resources: resources(resolver),
        };
        let mut waiting = resolver.references().to_vec();
        while let Some(reference) = waiting.pop() {
            if let Some(target) = found.note(resolver, &reference) {
                // A target below a keyword of somebody's own has references that nobody has seen.
                waiting.extend(resolver.references_below(&target));
            }
        }
        found
    }

    /// The target, if it is a new one.
    fn note(&mut self, resolver: &'v Resolver<'v>, reference: &Reference) -> Option<SubschemaRef<'v>> {
        let target = resolver.resolve(&reference.base, &reference.text).ok()?;
        let at = (reference.holder.clone(), reference.keyword);
        self.places.insert(at, target.pointer.clone());
        if target.pointer.tokens().is_empty() || self.targets.contains_key(&target.pointer) {
            return None;
        }
        let name = self.name(&target.pointer);
        self.targets.insert(target.pointer.clone(), (name, target.clone()));
        Some(target)
    }

    /// The name that the source gives it, if no other target has it.
    fn name(&self, pointer: &Pointer) -> String {
        let wish = pointer.tokens().last().map_or("schema", String::as_str);
        pick_unused_name(wish, |name| self.targets.values().any(|(taken, _)| taken == name))
    }

    /// `#` or `#/definitions/NAME`.
    pub(super) fn place(&self, holder: &Pointer, keyword: Keyword) -> Option<String> {
        let target = self.places.get(&(holder.clone(), keyword))?;
        Some(match self.targets.get(target) {
            Some((name, _)) => format!(
                "#{}",
                encode_fragment(&Pointer::root().join(Keyword::Definitions).join(name.as_str()))
            ),
            None => "#".to_owned(),
        })
    }

    /// The definitions that are referred to, by name.
    pub(super) fn definitions(&self) -> BTreeMap<String, SubschemaRef<'v>> {
        self.targets.values().cloned().collect()
    }

    /// Whether no reference can depend on the way that led to it.
    pub(super) fn is_static(&self) -> bool {
        self.resources <= 1
    }

    /// What a reference leads to.
    pub(super) fn target(&self, holder: &Pointer, keyword: Keyword) -> Option<&SubschemaRef<'v>> {
        let target = self.places.get(&(holder.clone(), keyword))?;
        self.targets.get(target).map(|(_, target)| target)
    }
}

/// The root counts once, with its identifier or without.
fn resources(resolver: &Resolver<'_>) -> usize {
    let mut places: Vec<_> = resolver.resources().map(|resource| &resource.pointer).collect();
    places.sort();
    places.dedup();
    places.len()
}
