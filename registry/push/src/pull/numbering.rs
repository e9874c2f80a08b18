//! The numbers of versions that nobody has numbered. In: the schemas of one event in the order of the registry, and what the workspace has of
//! it. Out: for each the version that it is. Under [`Numbering::ByChange`] that is the version that its own version field allows, and else the
//! smallest step that the engine proves.

use std::borrow::Cow;
use std::collections::BTreeSet;

use schemactl_compat::{
    ComparisonSettings, Engine, Policy, Schema, Verdict, are_equivalent, are_one_contract, compare,
};
use schemactl_model::{Document, Value, Version, VersionField};

use super::pulled::UnusableReason;

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

/// The versions of one event in the order of the registry, while they get numbers.
#[derive(Default)]
pub(super) struct NumberedVersions<'r> {
    /// Those that have a number. They are known from the first version on that has none of its own: only that one is compared with them.
    known: Option<KnownVersions<'r>>,
    /// The version that the registry's version before this one is.
    last: Option<Version>,
    /// The newest version that was released, where the registry does not hold it: its history is another one.
    missed_release: Option<Version>,
}

/// The versions of one event that have a number.
pub(super) struct KnownVersions<'r> {
    policy: Policy,
    version_field: VersionField,
    versions: Vec<KnownVersion<'r>>,
}

/// A version that has a number.
struct KnownVersion<'r> {
    version: Version,
    document: Cow<'r, Document>,
    /// What it is registered as: others may have uploaded that.
    forms: Vec<Value>,
    /// A copy of others was taken over as it, which need not have its words.
    is_adopted: bool,
}

/// What stands after a version in the registry.
#[derive(Clone, Debug, Default)]
pub(super) struct LaterVersions {
    /// The lowest version that schemactl has written there.
    pub(super) stamped: Option<Version>,
    /// Versions that alone are stated by one of the others: they are its numbers.
    pub(super) stated: BTreeSet<Version>,
}

impl<'r> NumberedVersions<'r> {
    pub(super) fn new(missed_release: Option<Version>) -> Self {
        Self {
            missed_release,
            ..Self::default()
        }
    }

    /// Notes the version that the registry's version is by its stamp.
    pub(super) fn pass(&mut self, version: &Version) {
        self.last = Some(version.clone());
    }

    /// Returns the number of the registry's next version, of whose `stated` versions every event of it says one; `known` returns those that have
    /// a number before it. A history that goes back to an earlier schema has a new version with it: what is the newest in the registry is the
    /// newest in the workspace. Below what schemactl has written nothing new is made of it, nor in a registry that never held the newest released
    /// version, such as that of another environment: what it went back to says nothing of the workspace.
    ///
    /// # Errors
    /// Fails with the reason if its number would be one of those that schemactl has written after it, or if the registry has another history: it is no
    /// part of that of the workspace.
    pub(super) fn number(
        &mut self,
        known: impl FnOnce() -> KnownVersions<'r>,
        document: &'r Document,
        stated: &BTreeSet<Version>,
        engine: &dyn Engine,
        later: &LaterVersions,
    ) -> Result<PulledNumber, UnusableReason> {
        let numbered = self.known.get_or_insert_with(known);
        let mut equal = numbered.find_equal(document.root());
        if equal.is_empty() {
            equal = numbered.find_adopted(document, engine);
        }
        let is_next = |version: &&Version| self.last.as_ref().is_none_or(|last| *version >= last);
        // A schema that states its version is no return to an earlier one, wherever it stands.
        let known = equal
            .iter()
            .find(|version| stated.contains(version))
            .or_else(|| equal.iter().find(is_next))
            .or_else(|| {
                equal
                    .last()
                    .filter(|_| later.stamped.is_some() || self.missed_release.is_some())
            });
        if let Some(known) = known.cloned() {
            self.last = Some(known.clone());
            return Ok(PulledNumber::Known(known));
        }
        if let Some(newest) = &self.missed_release {
            return Err(UnusableReason::of_other_history(newest));
        }
        let next = numbered.choose_stated(stated, later);
        let next = next.unwrap_or_else(|| numbered.next(document, engine, later.stamped.as_ref()));
        refuse_written(&next, later)?;
        self.last = Some(next.clone());
        numbered.add(next.clone(), Cow::Borrowed(document), Vec::new());
        Ok(PulledNumber::Next {
            version: next,
            again: equal.pop(),
        })
    }
}

impl<'r> KnownVersions<'r> {
    pub(super) fn new(policy: Policy, version_field: VersionField) -> Self {
        Self {
            policy,
            version_field,
            versions: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, version: Version, document: Cow<'r, Document>, forms: Vec<Value>) {
        self.versions.push(KnownVersion {
            version,
            document,
            forms,
            is_adopted: false,
        });
    }

    /// Notes that a copy of others counts as a version.
    pub(super) fn note_adopted(&mut self, version: &Version) {
        let mut versions = self.versions.iter_mut();
        if let Some(known) = versions.find(|known| known.version == *version) {
            known.is_adopted = true;
        }
    }

    /// Returns whether a version has a number.
    pub(super) fn contains(&self, version: &Version) -> bool {
        self.versions.iter().any(|known| known.version == *version)
    }

    /// Returns the versions that have a schema, or are registered as it, lowest first.
    fn find_equal(&self, root: &Value) -> Vec<Version> {
        let is_equal = |known: &&KnownVersion<'_>| known.document.root() == root || known.forms.contains(root);
        let equal = self.versions.iter().filter(is_equal);
        let mut equal: Vec<_> = equal.map(|known| known.version.clone()).collect();
        equal.sort();
        equal
    }

    /// Returns the versions that were adopted and that a schema is proved to be equal to, lowest first. What a push counts as a version is that version
    /// here: under another number it would contradict it.
    fn find_adopted(&self, document: &Document, engine: &dyn Engine) -> Vec<Version> {
        let new = Schema::from(document);
        let is_equal = |known: &&KnownVersion<'_>| {
            known.is_adopted && are_equivalent(engine, &Schema::from(&*known.document), &new)
        };
        let equal = self.versions.iter().filter(is_equal);
        let mut equal: Vec<_> = equal.map(|known| known.version.clone()).collect();
        equal.sort();
        equal
    }

    /// Chooses the version that a schema states itself: every event of it says one of these. The newest of them that no other version is.
    fn choose_stated(&self, stated: &BTreeSet<Version>, later: &LaterVersions) -> Option<Version> {
        let free = || stated.iter().rev().filter(|version| !self.contains(version));
        let newest = free().find(|version| !later.stated.contains(version));
        newest.or_else(|| free().next()).cloned()
    }

    /// Returns the number that a schema gets after all others, of those that are below `end`.
    fn next(&self, document: &Document, engine: &dyn Engine, end: Option<&Version>) -> Version {
        let below = || {
            let all = self.versions.iter();
            all.filter(|known| end.is_none_or(|end| known.version < *end))
        };
        let Some(last) = below().max_by_key(|known| &known.version) else {
            return Version::new(1, 0);
        };
        let (newest, major) = (&last.version, last.version.major());
        let mut in_major = below().filter(|known| known.version.major() == major);
        let new = Schema::from(document);
        let broken = in_major.any(|old| !self.is_compatible(&Schema::from(&*old.document), &new, engine));
        if broken {
            return Version::new(major + 1, 0);
        }
        if are_one_contract(engine, &Schema::from(&*last.document), &new) {
            let patch = format!("{major}.{}.{}", newest.minor(), newest.patch() + 1);
            return patch.parse().expect("three numbers");
        }
        Version::new(major, newest.minor() + 1)
    }

    fn is_compatible(&self, old: &Schema<'_>, new: &Schema<'_>, engine: &dyn Engine) -> bool {
        let settings = ComparisonSettings {
            policy: self.policy,
            version_field: Some(&self.version_field),
        };
        let compared = compare(engine, (old, new), settings);
        [compared.backward, compared.forward].iter().all(Verdict::is_compatible)
    }
}

/// Refuses a number that is not below what schemactl has written after the version.
///
/// # Errors
/// Fails with the reason.
pub(super) fn refuse_written(version: &Version, later: &LaterVersions) -> Result<(), String> {
    match later.stamped.as_ref().filter(|stamped| version >= *stamped) {
        Some(stamped) => Err(format!(
            "it would be numbered {version}, but schemactl registered {stamped} after it, and numbers must rise"
        )),
        None => Ok(()),
    }
}
