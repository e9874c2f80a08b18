//! The numbers of versions that nobody has numbered. In: the schemas of one event in the order of the registry, and what the workspace has of
//! it. Out: for each the version that it is. Under [`Numbering::ByChange`] that is the version that its own version field allows, and else the
//! smallest step that the engine proves.

use std::borrow::Cow;
use std::collections::BTreeSet;

use schemactl_compat::{
    ComparisonSettings, Engine, Policy, Schema, Verdict, are_equivalent, are_one_contract, compare,
};
use schemactl_model::{Digest, Document, Value, Version, VersionField};
use schemactl_workspace::digest_value;

use super::pulled::UnusableReason;

/// How versions are numbered that have no number of ours.
#[derive(Clone, Copy)]
pub enum Numbering<'e> {
    /// The number of the registry is the major. Versions of an event that has released ones are found among those, and a newer one goes on above them.
    Majors(&'e dyn Engine),
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

impl<'e> Numbering<'e> {
    /// Returns what proves that schemas are equal.
    pub(super) fn engine(self) -> &'e dyn Engine {
        match self {
            Self::Majors(engine) | Self::ByChange(engine) => engine,
        }
    }
}

impl PulledNumber {
    pub(super) fn version(&self) -> &Version {
        match self {
            Self::Next { version, .. } | Self::Known(version) => version,
        }
    }
}

/// The versions of one event in the order of the registry, while they get numbers.
pub(super) struct NumberedVersions<'r> {
    /// Those that have a number, the workspace's and those that were numbered here.
    known: KnownVersions<'r>,
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
    /// `None` if its file is lost, or if it is over and has none.
    document: Option<Cow<'r, Document>>,
    /// What was released, where there is no document.
    digest: Option<&'r Digest>,
    /// What it is registered as: others may have uploaded that.
    forms: Vec<Value>,
    /// A copy of others was taken over as it, which need not have its words.
    is_adopted: bool,
    /// It got its number here.
    is_new: bool,
}

/// What stands after a version in the registry.
#[derive(Clone, Debug, Default)]
pub(super) struct LaterVersions {
    /// The lowest version of those that have a number before the pull: by their stamp, or since the workspace has them.
    pub(super) numbered: Option<Version>,
    /// Whether a version of the event stands there at all.
    pub(super) has_versions: bool,
    /// Versions that alone are stated by one of the others: they are its numbers.
    pub(super) stated: BTreeSet<Version>,
}

impl<'r> NumberedVersions<'r> {
    pub(super) fn new(known: KnownVersions<'r>, missed_release: Option<Version>) -> Self {
        Self {
            known,
            last: None,
            missed_release,
        }
    }

    /// Notes the version that the registry's version is.
    pub(super) fn pass(&mut self, version: &Version) {
        self.last = Some(version.clone());
    }

    /// Returns the number of the registry's next version, which is none of the workspace in the order of both. `equal` are the versions of the workspace with
    /// its schema, and every event of it says one of the `stated` ones; the `preferred` number counts before them, if it is above all others. A history that goes back to an earlier schema has a new version with it: what is
    /// the newest in the registry is the newest in the workspace. Below a version that has a number nothing new is made of it, nor in a registry that never held
    /// the newest released version, such as that of another environment: what it went back to says nothing of the workspace.
    ///
    /// # Errors
    /// Fails with the reason if its number would not be below those after it, if the registry has another history, which is no part of that of the
    /// workspace, or if it cannot be compared with a version whose file is lost.
    pub(super) fn number(
        &mut self,
        equal: &[Version],
        document: &'r Document,
        (stated, preferred): (&BTreeSet<Version>, Option<Version>),
        engine: &dyn Engine,
        later: &LaterVersions,
    ) -> Result<PulledNumber, UnusableReason> {
        let new = self.known.find_equal_new(document.root());
        let is_next = |version: &&Version| self.last.as_ref().is_none_or(|last| *version >= last);
        // A schema that states its version is no return to an earlier one, wherever it stands.
        let known = new
            .iter()
            .find(|version| stated.contains(version))
            .or_else(|| new.iter().find(is_next))
            .or_else(|| {
                let last = new.last().or(equal.last());
                last.filter(|_| later.numbered.is_some() || self.missed_release.is_some())
            })
            // Only what the registry has as its newest need be the newest in the workspace.
            .or_else(|| equal.last().filter(|_| later.has_versions));
        if let Some(known) = known.cloned() {
            self.last = Some(known.clone());
            return Ok(PulledNumber::Known(known));
        }
        if let Some(newest) = &self.missed_release {
            return Err(UnusableReason::of_other_history(newest));
        }
        let preferred = preferred.filter(|version| self.known.is_below(version));
        let next = preferred.or_else(|| self.known.choose_stated(stated, later));
        let next = match next {
            Some(next) => next,
            None => self.known.next(document, engine, later.numbered.as_ref())?,
        };
        refuse_numbered(&next, later)?;
        self.last = Some(next.clone());
        self.known.add_new(next.clone(), document);
        Ok(PulledNumber::Next {
            version: next,
            again: new.last().or(equal.last()).cloned(),
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
            document: Some(document),
            digest: None,
            forms,
            is_adopted: false,
            is_new: false,
        });
    }

    /// Adds a version of which only what was released is known.
    pub(super) fn add_released(&mut self, version: Version, digest: &'r Digest) {
        self.versions.push(KnownVersion {
            version,
            document: None,
            digest: Some(digest),
            forms: Vec::new(),
            is_adopted: false,
            is_new: false,
        });
    }

    fn add_new(&mut self, version: Version, document: &'r Document) {
        self.add(version, Cow::Borrowed(document), Vec::new());
        if let Some(added) = self.versions.last_mut() {
            added.is_new = true;
        }
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

    /// Returns whether all versions are below another one.
    fn is_below(&self, version: &Version) -> bool {
        self.versions.iter().all(|known| known.version < *version)
    }

    /// Returns the versions that have a schema, or are registered as it, lowest first; or else those that were adopted and that it is proved to be equal
    /// to. What a push counts as a version is that version here: under another number it would contradict it.
    pub(super) fn find_equal(&self, document: &Document, engine: &dyn Engine) -> Vec<Version> {
        let root = document.root();
        let digest = digest_value(root);
        let same = self.list(|known| known.has_schema(root) || known.digest == Some(&digest));
        if !same.is_empty() {
            return same;
        }
        let new = Schema::from(document);
        self.list(|known| {
            let own = known.document.as_ref().filter(|_| known.is_adopted);
            own.is_some_and(|own| are_equivalent(engine, &Schema::from(&**own), &new))
        })
    }

    /// Returns the versions that got their number here and have a schema, lowest first.
    fn find_equal_new(&self, root: &Value) -> Vec<Version> {
        self.list(|known| known.is_new && known.has_schema(root))
    }

    fn list(&self, is_wanted: impl Fn(&KnownVersion<'_>) -> bool) -> Vec<Version> {
        let wanted = self.versions.iter().filter(|known| is_wanted(known));
        let mut wanted: Vec<_> = wanted.map(|known| known.version.clone()).collect();
        wanted.sort();
        wanted
    }

    /// Chooses the version that a schema states itself: every event of it says one of these. The newest of them that no other version is.
    fn choose_stated(&self, stated: &BTreeSet<Version>, later: &LaterVersions) -> Option<Version> {
        let free = || stated.iter().rev().filter(|version| !self.contains(version));
        let newest = free().find(|version| !later.stated.contains(version));
        newest.or_else(|| free().next()).cloned()
    }

    /// Returns the number that a schema gets after all others, of those that are below `end`.
    ///
    /// # Errors
    /// Fails with the reason if the file of a version is lost that it has to be compared with.
    fn next(&self, document: &Document, engine: &dyn Engine, end: Option<&Version>) -> Result<Version, String> {
        let below = || {
            let all = self.versions.iter();
            all.filter(|known| end.is_none_or(|end| known.version < *end))
        };
        let Some(last) = below().max_by_key(|known| &known.version) else {
            return Ok(Version::new(1, 0));
        };
        let (newest, major) = (&last.version, last.version.major());
        let new = Schema::from(document);
        let mut is_broken = false;
        for old in below().filter(|known| known.version.major() == major) {
            let Some(document) = &old.document else {
                return Err(format!(
                    "{} has no file to compare it with: restore that first",
                    old.version
                ));
            };
            is_broken = is_broken || !self.is_compatible(&Schema::from(&**document), &new, engine);
        }
        if is_broken {
            return Ok(Version::new(major + 1, 0));
        }
        let is_same = |last: &Cow<'_, Document>| are_one_contract(engine, &Schema::from(&**last), &new);
        if last.document.as_ref().is_some_and(is_same) {
            let patch = format!("{major}.{}.{}", newest.minor(), newest.patch() + 1);
            return Ok(patch.parse().expect("three numbers"));
        }
        Ok(Version::new(major, newest.minor() + 1))
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

impl KnownVersion<'_> {
    fn has_schema(&self, root: &Value) -> bool {
        let own = self.document.as_ref();
        own.is_some_and(|own| own.root() == root) || self.forms.contains(root)
    }
}

/// Refuses a number that is not below those that the versions after it have.
///
/// # Errors
/// Fails with the reason.
pub(super) fn refuse_numbered(version: &Version, later: &LaterVersions) -> Result<(), String> {
    match later.numbered.as_ref().filter(|numbered| version >= *numbered) {
        Some(numbered) => Err(format!(
            "it would be numbered {version}, but a later version of the registry is {numbered}, and numbers must rise: adopt that one, and this one is \
             superseded"
        )),
        None => Ok(()),
    }
}
