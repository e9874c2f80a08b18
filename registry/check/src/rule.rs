//! The rules that `check` judges by: one row each. A rule's id never changes once released; its page is `docs/rules/<id>.md`.

use std::fmt;

use schemactl_compat::ChangeKind;

macro_rules! rules {
    ($($(#[doc = $summary:literal])+ $variant:ident = $id:literal,)+) => {
        /// What a finding is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Rule {
            $($(#[doc = $summary])+ $variant,)+
            /// A change that breaks somebody whom the version number promises that it does not, or that generated code
            /// notices.
            Change(ChangeKind),
        }

        impl Rule {
            /// The rules that are not about one change.
            pub const OWN: &[Self] = &[$(Self::$variant,)+];

            /// Its id, kebab-case.
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)+
                    Self::Change(kind) => kind.id(),
                }
            }

            /// Its page: what, why, how to fix, offline.
            pub fn page(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("../../../docs/rules/", $id, ".md")),)+
                    Self::Change(kind) => kind.page(),
                }
            }
        }
    };
}

rules! {
    /// A file, a setting or the base of a check cannot be read, so that nothing was checked.
    NotChecked = "not-checked",
    /// A schema is not valid under the metaschema of its dialect.
    SchemaInvalid = "schema-invalid",
    /// An example is not valid under its schema, or names another event or version.
    ExampleInvalid = "example-invalid",
    /// A released schema is not what it was when it was released.
    ReleasedSchemaChanged = "released-schema-changed",
    /// A released version has no schema any more.
    ReleasedSchemaMissing = "released-schema-missing",
    /// The source, detail-type or version field of a released event is not what it was.
    IdentityChanged = "identity-changed",
    /// A line of schemactl.lock is not what it is in the base.
    LockChanged = "lock-changed",
    /// Versions of an event are retired.
    EventRetired = "event-retired",
    /// Retired versions of an event are published again.
    EventRestored = "event-restored",
    /// An event has another name, source or detail-type.
    EventMoved = "event-moved",
    /// A released schema was wrong and has another content.
    SchemaHotfixed = "schema-hotfixed",
    /// A record of schemactl.lock is not as its command wrote it.
    RecordInvalid = "record-invalid",
    /// A version belongs to a major that is retired.
    NumberRetired = "number-retired",
    /// An event is published in the place of one that is over.
    IdentityRetired = "identity-retired",
    /// Two lines of schemactl.lock contradict each other.
    LockConflict = "lock-conflict",
    /// Examples or other files of a version stay although its schema is gone.
    LeftoverFiles = "leftover-files",
    /// A version is deprecated, or should have been retired by now.
    VersionDeprecated = "version-deprecated",
    /// A table `[[deprecated]]` says what cannot be meant.
    DeprecationInvalid = "deprecation-invalid",
    /// A setting asks less than in the base.
    SettingWeakened = "setting-weakened",
    /// The base has a workspace that is not there any more.
    WorkspaceMissing = "workspace-missing",
    /// A version number is skipped or does not follow the one before.
    VersionOrder = "version-order",
    /// A schema fixes its version field to a value that is not its version.
    VersionFieldMismatch = "version-field-mismatch",
    /// No schema of an event has the property that event.toml names as its version field.
    VersionFieldMissing = "version-field-missing",
    /// Two events are published with the same source and detail-type.
    EventIdentityShared = "event-identity-shared",
    /// An event has no schema.
    EventWithoutSchema = "event-without-schema",
    /// The new version refuses an event of an old one, for what several changes do together.
    BackwardIncompatible = "backward-incompatible",
    /// A reader of an old version refuses an event of the new one, for what several changes do together.
    ForwardIncompatible = "forward-incompatible",
    /// Whether two versions are compatible could not be decided.
    CannotDecide = "cannot-decide",
    /// A new major version breaks nobody: a minor version would do.
    MajorNotNeeded = "major-not-needed",
    /// A schema has a keyword that its dialect does not have, and that says nothing there.
    KeywordNotInDialect = "keyword-not-in-dialect",
    /// A waiver accepts a finding that is not there, or whose date has passed.
    WaiverStale = "waiver-stale",
    /// An object of a schema says nothing about properties that it does not name, under a policy that asks for it.
    ObjectNotClosed = "object-not-closed",
    /// A schema has a keyword that no dialect has, and that says nothing.
    UnknownKeyword = "unknown-keyword",
    /// A schema cannot be registered: it has no equivalent in draft-04, or is too long.
    NotRegistrable = "not-registrable",
    /// A schema rejects every event.
    VersionUnsatisfiable = "version-unsatisfiable",
    /// A subschema accepts no value.
    SubschemaUnsatisfiable = "subschema-unsatisfiable",
    /// `required` names a property that no `properties` declares.
    RequiredUndeclared = "required-undeclared",
    /// A patch is not proved to accept the same events as the version before.
    PatchNotEquivalent = "patch-not-equivalent",
    /// A property is no longer declared, or is renamed, inside a major version.
    PropertyDropped = "property-dropped",
    /// EventBridge does not accept the source or detail-type of an event: it is empty or reserved.
    IdentityNotAccepted = "identity-not-accepted",
    /// The source of an event is longer than EventBridge accepts.
    SourceTooLong = "source-too-long",
    /// The detail-type of an event is longer than EventBridge accepts.
    DetailTypeTooLong = "detail-type-too-long",
    /// The description of an event is longer than EventBridge accepts.
    DescriptionTooLong = "description-too-long",
    /// A schema asks for or allows an event that is larger than EventBridge accepts.
    EventTooLarge = "event-too-large",
    /// Two versions are compatible because readers are assumed to ignore properties that they do not know.
    CompatibleByAssumption = "compatible-by-assumption",
    /// A schema has no `$schema`.
    DialectMissing = "dialect-missing",
    /// A schema has `dependencies`, which its dialect replaced.
    DependenciesReplaced = "dependencies-replaced",
    /// `contains` stands beside `unevaluatedItems` in 2019-09, where validators disagree.
    ContainsDisputed = "contains-disputed",
    /// `x-extensible` marks a schema that has no list of values and no union with a tag.
    ExtensibleMisplaced = "extensible-misplaced",
    /// An example spells an integer with a fraction, which some readers of draft-04 reject.
    IntegerSpelling = "integer-spelling",
    /// A pattern that validators disagree on: syntax of Rust, or of ECMA 262 in one of its two forms only.
    PatternNotPortable = "pattern-not-portable",
}

impl Rule {
    /// Every rule: those of the check, then the kinds of change.
    pub fn all() -> impl Iterator<Item = Self> {
        let changes = ChangeKind::ALL.iter().map(|kind| Self::Change(*kind));
        Self::OWN.iter().copied().chain(changes)
    }

    /// Returns whether it compares with a base and may be accepted although it is an error: what it finds can be meant.
    pub fn is_about_base(self) -> bool {
        matches!(self, Self::SettingWeakened | Self::WorkspaceMissing)
    }

    /// Returns whether it tells what a record of schemactl.lock accepts: such a finding is shown in every report.
    pub fn is_about_life(self) -> bool {
        matches!(
            self,
            Self::EventRetired | Self::EventRestored | Self::EventMoved | Self::SchemaHotfixed
        )
    }

    /// The rule with that id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::all().find(|rule| rule.id() == id)
    }

    /// What it says, in a sentence: the first of its page.
    pub fn summary(self) -> &'static str {
        self.page().split("\n\n").nth(1).unwrap_or_default().trim()
    }

    /// Why it is a rule: what its page says of it.
    pub fn reason(self) -> &'static str {
        let section = self.page().split("\n## Why\n").nth(1).unwrap_or_default();
        section.split("\n## ").next().unwrap_or_default().trim()
    }

    /// How to fix it in general: what its page says of it.
    pub fn advice(self) -> &'static str {
        let section = self.page().split("\n## How to fix\n").nth(1).unwrap_or_default();
        section.split("\n## ").next().unwrap_or_default().trim()
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_page_that_names_it_and_every_page_a_rule() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules");
        let mut pages: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                entry
                    .unwrap()
                    .file_name()
                    .into_string()
                    .unwrap()
                    .trim_end_matches(".md")
                    .to_owned()
            })
            .collect();
        pages.sort();
        let mut ids: Vec<_> = Rule::all().map(Rule::id).collect();
        ids.sort_unstable();
        assert_eq!(pages, ids);
        for rule in Rule::all() {
            assert!(rule.page().starts_with(&format!("# {rule}\n")), "{rule}");
            assert!(
                rule.summary().ends_with('.') && !rule.summary().contains('\n'),
                "{rule}: one line"
            );
            assert!(rule.advice().len() > 10, "{rule}");
            assert_eq!(Rule::from_id(rule.id()), Some(rule));
        }
    }
}
