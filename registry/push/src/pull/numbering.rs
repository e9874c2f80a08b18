//! The numbers of versions that nobody has numbered. In: the schemas of one event in the order of the registry, and what the workspace has of
//! it. Out: for each the version that it is. Under [`Numbering::ByChange`] that is the smallest step that the engine proves.

use schemactl_compat::{ComparisonSettings, Engine, Policy, Schema, Verdict, VersionField, are_equivalent, compare};
use schemactl_model::{Document, Value, Version};

/// How versions are numbered that have no number of ours.
#[derive(Clone, Copy)]
pub enum Numbering<'e> {
    /// The number of the registry is the major.
    Majors,
    /// By what each version breaks of those before it: a patch for the same contract in other words, a minor for one that breaks nobody,
    /// else a major, also where nothing could be proved.
    ByChange(&'e dyn Engine),
}

/// The number of a version of the registry.
pub(super) enum PulledNumber {
    /// It has its own.
    Next {
        version: Version,
        /// An earlier version with the same schema.
        again: Option<Version>,
    },
    /// The same schema has it already.
    Known(Version),
}

impl PulledNumber {
    pub(super) fn version(&self) -> &Version {
        match self {
            Self::Next { version, .. } | Self::Known(version) => version,
        }
    }
}

/// The versions of one event that have a number.
pub(super) struct NumberedVersions<'d> {
    policy: Policy,
    version_field: &'d str,
    numbered: Vec<NumberedVersion>,
    /// The version that the registry's version before this one is.
    last: Option<Version>,
}

/// A version that has a number.
struct NumberedVersion {
    version: Version,
    document: Document,
    /// What it is registered as: others may have uploaded that.
    forms: Vec<Value>,
}

impl<'d> NumberedVersions<'d> {
    pub(super) fn new(policy: Policy, version_field: &'d str) -> Self {
        Self {
            policy,
            version_field,
            numbered: Vec::new(),
            last: None,
        }
    }

    pub(super) fn add(&mut self, version: Version, document: Document, forms: Vec<Value>) {
        self.numbered.push(NumberedVersion {
            version,
            document,
            forms,
        });
    }

    /// Notes the version that the registry's version is by its stamp.
    pub(super) fn pass(&mut self, version: &Version) {
        self.last = Some(version.clone());
    }

    /// Returns the number of the registry's next version. A history that goes back to an earlier schema has a new version with it: what is the
    /// newest in the registry is the newest in the workspace. Below what schemactl has written (`is_settled`) nothing new is made of it.
    pub(super) fn number(&mut self, document: Document, engine: &dyn Engine, is_settled: bool) -> PulledNumber {
        let root = document.root();
        let is_equal = |known: &&NumberedVersion| known.document.root() == root || known.forms.contains(root);
        let equal = self.numbered.iter().filter(is_equal);
        let mut equal: Vec<_> = equal.map(|known| known.version.clone()).collect();
        equal.sort();
        let is_next = |version: &&Version| self.last.as_ref().is_none_or(|last| *version >= last);
        let known = equal
            .iter()
            .find(is_next)
            .or_else(|| equal.last().filter(|_| is_settled));
        if let Some(known) = known.cloned() {
            self.last = Some(known.clone());
            return PulledNumber::Known(known);
        }
        let next = self.next(&document, engine);
        self.last = Some(next.clone());
        self.add(next.clone(), document, Vec::new());
        PulledNumber::Next {
            version: next,
            again: equal.pop(),
        }
    }

    /// The number that a schema gets after all others.
    fn next(&self, document: &Document, engine: &dyn Engine) -> Version {
        let Some(last) = self.numbered.iter().max_by_key(|known| &known.version) else {
            return Version::new(1, 0);
        };
        let (newest, major) = (&last.version, last.version.major());
        let mut in_major = self.numbered.iter().filter(|known| known.version.major() == major);
        let new = Schema::from(document);
        let broken = in_major.any(|old| !self.is_compatible(&Schema::from(&old.document), &new, engine));
        if broken {
            return Version::new(major + 1, 0);
        }
        if are_equivalent(engine, &Schema::from(&last.document), &new) {
            let patch = format!("{major}.{}.{}", newest.minor(), newest.patch() + 1);
            return patch.parse().expect("three numbers");
        }
        Version::new(major, newest.minor() + 1)
    }

    fn is_compatible(&self, old: &Schema<'_>, new: &Schema<'_>, engine: &dyn Engine) -> bool {
        let settings = ComparisonSettings {
            policy: self.policy,
            version_field: VersionField::named(self.version_field),
        };
        let compared = compare(engine, (old, new), settings);
        [compared.backward, compared.forward].iter().all(Verdict::is_compatible)
    }
}
