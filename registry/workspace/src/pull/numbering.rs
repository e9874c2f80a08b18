//! The numbers of versions that nobody has numbered. In: the schemas of one event in the order of the registry, and what the workspace has of
//! it. Out: for each the version that it is. Under [`Numbering::ByChange`] that is the smallest step that the engine proves.

use schemactl_compat::{Engine, Policy, Schema, Verdict, are_equivalent, compare};
use schemactl_model::{Document, Version};

/// How versions are numbered that have no number of ours.
#[derive(Clone, Copy)]
pub enum Numbering<'e> {
    /// The number of the registry is the major.
    Majors,
    /// By what each version breaks of those before it: a patch for the same contract in other words, a minor for one that breaks nobody,
    /// else a major, also where nothing could be proved.
    ByChange(&'e dyn Engine),
}

/// The versions of one event that have a number.
pub(super) struct NumberedVersions<'d> {
    policy: Policy,
    version_field: &'d str,
    numbered: Vec<(Version, Document)>,
}

impl<'d> NumberedVersions<'d> {
    pub(super) fn new(policy: Policy, version_field: &'d str) -> Self {
        Self {
            policy,
            version_field,
            numbered: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, version: Version, document: Document) {
        self.numbered.push((version, document));
    }

    /// The version that a schema is already.
    pub(super) fn find_equal(&self, document: &Document) -> Option<&Version> {
        let equal = |(_, known): &&(Version, Document)| known.root() == document.root();
        self.numbered.iter().rev().find(equal).map(|(version, _)| version)
    }

    /// The number that a schema gets after all others.
    pub(super) fn next(&self, document: &Document, engine: &dyn Engine) -> Version {
        let Some(last) = self.numbered.iter().map(|(version, _)| version).max() else {
            return Version::new(1, 0);
        };
        let major = last.major();
        let mut in_major = self.numbered.iter().filter(|(version, _)| version.major() == major);
        let new = Schema::from(document);
        let broken = in_major.any(|(_, old)| !self.is_compatible(&Schema::from(old), &new, engine));
        if broken {
            return Version::new(major + 1, 0);
        }
        let before = self.numbered.iter().find(|(version, _)| version == last);
        if before.is_some_and(|(_, old)| are_equivalent(engine, &Schema::from(old), &new)) {
            let patch = format!("{major}.{}.{}", last.minor(), last.patch() + 1);
            return patch.parse().expect("three numbers");
        }
        Version::new(major, last.minor() + 1)
    }

    fn is_compatible(&self, old: &Schema<'_>, new: &Schema<'_>, engine: &dyn Engine) -> bool {
        let compared = compare(engine, old, new, self.policy, self.version_field);
        [compared.backward, compared.forward].iter().all(Verdict::is_compatible)
    }
}
