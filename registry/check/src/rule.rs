//! The rules that `check` judges by: one row each. A rule's id never changes once released; its page is `docs/rules/<id>.md`.

use std::fmt;

use schemactl_compat::ChangeKind;
use schemactl_workspace::LINTS;

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

            /// Returns the id, in kebab case.
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)+
                    Self::Change(kind) => kind.id(),
                }
            }

            /// Returns the page of docs/rules, which is part of the binary.
            pub fn page(self) -> &'static str {
                page_of(self.id())
            }
        }
    };
}

rules! {
    /// Nothing was checked, because a file, a setting of `schemactl.toml` or the base of the check cannot be read.
    NotChecked = "not-checked",
    /// A schema is not valid under the meta-schema that its `$schema` names.
    SchemaInvalid = "schema-invalid",
    /// An example in `examples/` cannot be read, is not valid under its schema, or names another version, `source` or `detail-type` than its folder
    /// and `event.toml`.
    ExampleInvalid = "example-invalid",
    /// A released schema is not the one whose digest `schemactl.lock` records.
    ReleasedSchemaChanged = "released-schema-changed",
    /// A version that `schemactl.lock` records as released has no schema file any more.
    ReleasedSchemaMissing = "released-schema-missing",
    /// The `source`, `detail-type` or `version-field` of a released event is not the one that `schemactl.lock` records.
    IdentityChanged = "identity-changed",
    /// A line of `schemactl.lock` is not the same as in the base.
    LockChanged = "lock-changed",
    /// Versions of an event were retired: `schemactl.lock` has a record of it that the base does not have.
    EventRetired = "event-retired",
    /// Retired versions of an event are published again: `schemactl.lock` has a record of it that the base does not have.
    EventRestored = "event-restored",
    /// The name, `source`, `detail-type` or `version-field` of an event was changed by `schemactl move`.
    EventMoved = "event-moved",
    /// A released schema was corrected in place by `schemactl hotfix`, which `schemactl.lock` records.
    SchemaHotfixed = "schema-hotfixed",
    /// A record of `schemactl.lock` is not as the command wrote it that made it.
    RecordInvalid = "record-invalid",
    /// A schema file has a version number of a major that `schemactl.lock` records as retired.
    NumberRetired = "number-retired",
    /// An event has the `source` and `detail-type`, or the name, of an event that was retired or moved away.
    IdentityRetired = "identity-retired",
    /// Two lines of `schemactl.lock` contradict each other.
    LockConflict = "lock-conflict",
    /// A version has files under `examples/`, or other files, although its schema was deleted.
    LeftoverFiles = "leftover-files",
    /// A version is deprecated by `[[deprecated]]` in event.toml, or its `sunset` has passed.
    VersionDeprecated = "version-deprecated",
    /// A table `[[deprecated]]` of event.toml contradicts itself, another table, or the workspace.
    DeprecationInvalid = "deprecation-invalid",
    /// `environments` of `event.toml` names an environment that `schemactl.toml` does not have.
    EnvironmentUnknown = "environment-unknown",
    /// A setting of `schemactl.toml` or `event.toml` is less strict than in the base.
    SettingWeakened = "setting-weakened",
    /// The base has a folder with `schemactl.toml` that does not exist any more.
    WorkspaceMissing = "workspace-missing",
    /// A part of the base, such as `event.toml` or a schema, cannot be read: an older state or its digest is compared, or nothing.
    BaseUnreadable = "base-unreadable",
    /// The version number in a file name such as `1.2.json` leaves a gap or does not follow the one before.
    VersionOrder = "version-order",
    /// A schema sets its version field, with `const` or `enum`, to a value that is not its version or not a string.
    VersionFieldMismatch = "version-field-mismatch",
    /// No schema of an event has the property that `version-field` in event.toml names.
    VersionFieldMissing = "version-field-missing",
    /// Two events are published with the same `source` and `detail-type`.
    EventIdentityShared = "event-identity-shared",
    /// Another workspace of the repository has an event with the same `source` and `detail-type`, or, in the same registry, with the same name.
    EventInSeveralWorkspaces = "event-in-several-workspaces",
    /// The folder of an event has an `event.toml` and no schema.
    EventWithoutSchema = "event-without-schema",
    /// The new version rejects an event of an old one because of several changes together, for example under one `oneOf`.
    BackwardIncompatible = "backward-incompatible",
    /// An old version rejects an event of the new one because of several changes together, for example under one `oneOf`.
    ForwardIncompatible = "forward-incompatible",
    /// Compatibility of two versions cannot be decided, for a reason in a keyword such as `pattern` or `$ref`.
    CannotDecide = "cannot-decide",
    /// A new major version in a file name such as `2.0.json` breaks nobody: a minor version is enough.
    MajorNotNeeded = "major-not-needed",
    /// A schema has a keyword that the dialect in its `$schema` does not have, and that has no effect there.
    KeywordNotInDialect = "keyword-not-in-dialect",
    /// A waiver in `event.toml` or `schemactl.toml` accepts a finding that does not exist, or its `expires` date has passed.
    WaiverStale = "waiver-stale",
    /// An object of a schema has no `additionalProperties` or `unevaluatedProperties`, under the policy `closed`.
    ObjectNotClosed = "object-not-closed",
    /// A schema has a keyword that no dialect defines, such as `requierd`, and that has no effect.
    UnknownKeyword = "unknown-keyword",
    /// A schema cannot be registered: keywords such as `contains` have no equivalent in draft-04 or OpenAPI 3.0, it has more than
    /// 100,000 characters, or another event has its name.
    NotRegistrable = "not-registrable",
    /// A schema accepts no event: keywords such as `required`, `type`, `additionalProperties` or bounds contradict each other.
    VersionUnsatisfiable = "version-unsatisfiable",
    /// A subschema under `properties`, `patternProperties`, `items`, `oneOf`, `anyOf`, `then` or another keyword accepts no value,
    /// or a value of an `enum` can never occur.
    SubschemaUnsatisfiable = "subschema-unsatisfiable",
    /// `required`, `dependentRequired` or `dependencies` names a property that no `properties` or `patternProperties` for the same
    /// object declares.
    RequiredUndeclared = "required-undeclared",
    /// A patch version in a file name such as `1.0.1.json` is not proved to accept exactly the events of the version before, although
    /// no keyword breaks anybody under the policy.
    PatchNotEquivalent = "patch-not-equivalent",
    /// A property that the version before declares in `properties` is no longer declared, or is renamed, inside a major version.
    PropertyDropped = "property-dropped",
    /// The `source` or `detail-type` of an event is empty, or the `source` begins with `aws.`.
    IdentityNotAccepted = "identity-not-accepted",
    /// The `source` of an event has more than 256 characters.
    SourceTooLong = "source-too-long",
    /// The `detail-type` of an event has more than 128 characters.
    DetailTypeTooLong = "detail-type-too-long",
    /// The `description` of an event in event.toml has more than 256 characters.
    DescriptionTooLong = "description-too-long",
    /// The bounds of a schema (`maxLength`, `maxItems`, `minLength`, `minItems`) require or allow an event that is larger than
    /// EventBridge accepts.
    EventTooLarge = "event-too-large",
    /// Two versions are compatible because readers are assumed to ignore unknown properties, and a validator with one of the schemas
    /// rejects them (`additionalProperties: false`).
    CompatibleByAssumption = "compatible-by-assumption",
    /// A schema has no `$schema` keyword.
    DialectMissing = "dialect-missing",
    /// `dependencies` is used in a schema of dialect 2019-09 or 2020-12, where `dependentRequired` and `dependentSchemas` replaced
    /// it.
    DependenciesReplaced = "dependencies-replaced",
    /// `contains` is used beside `unevaluatedItems` in a schema of dialect 2019-09, where validators disagree on their combined
    /// meaning.
    ContainsDisputed = "contains-disputed",
    /// `x-extensible` (or `x-extensible-enum`) marks a schema that has neither an `enum` nor a union that a constant distinguishes.
    ExtensibleMisplaced = "extensible-misplaced",
    /// A `default` violates the schema that it is in.
    DefaultInvalid = "default-invalid",
    /// An example has a fraction or an exponent in a number of type `integer`, which some readers of draft-04 reject.
    IntegerSpelling = "integer-spelling",
    /// A `pattern`, or a key of `patternProperties`, is read differently by different validators.
    PatternNotPortable = "pattern-not-portable",
    /// The name of a folder or file below `schemas/` is not allowed on Windows, or differs from another one in upper and lower case alone.
    NameNotPortable = "name-not-portable",
}

impl Rule {
    /// Returns every rule: those of the check, then the kinds of change.
    pub fn all() -> impl Iterator<Item = Self> {
        let changes = ChangeKind::ALL.iter().map(|kind| Self::Change(*kind));
        Self::OWN.iter().copied().chain(changes)
    }

    /// Returns whether it compares with a base and may be accepted although it is an error: what it finds can be meant.
    pub fn is_about_base(self) -> bool {
        matches!(
            self,
            Self::SettingWeakened | Self::WorkspaceMissing | Self::BaseUnreadable
        )
    }

    /// Returns whether it tells what a record of schemactl.lock accepts: such a finding is shown in every report.
    pub fn is_about_life(self) -> bool {
        matches!(
            self,
            Self::EventRetired | Self::EventRestored | Self::EventMoved | Self::SchemaHotfixed
        )
    }

    /// Returns whether it gives advice on which no verdict, release or push rests: `[rules]` of schemactl.toml can set its severity.
    pub fn is_lint(self) -> bool {
        LINTS.iter().any(|(lint, _)| *lint == self.id())
    }

    /// Returns the rule with that id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::all().find(|rule| rule.id() == id)
    }

    /// Returns the rule in one sentence: the first of its page.
    pub fn summary(self) -> &'static str {
        self.page().split("\n\n").nth(1).unwrap_or_default().trim()
    }

    /// Returns the reason for the rule: the section `Why` of the page.
    pub fn reason(self) -> &'static str {
        let section = self.page().split("\n## Why\n").nth(1).unwrap_or_default();
        section.split("\n## ").next().unwrap_or_default().trim()
    }

    /// Returns general advice: the section `How to fix` of the page.
    pub fn advice(self) -> &'static str {
        let section = self.page().split("\n## How to fix\n").nth(1).unwrap_or_default();
        section.split("\n## ").next().unwrap_or_default().trim()
    }
}

const fn page_of(id: &str) -> &'static str {
    schemactl_rules::find_page(id).expect("each rule has a page in docs/rules, and a row in docs/src/lib.rs")
}

// A rule without a page does not compile, not even in a check.
const _: () = {
    let mut index = 0;
    while index < Rule::OWN.len() {
        page_of(Rule::OWN[index].id());
        index += 1;
    }
    index = 0;
    while index < ChangeKind::ALL.len() {
        page_of(ChangeKind::ALL[index].id());
        index += 1;
    }
};

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lint_is_a_rule() {
        assert!(LINTS.is_sorted_by_key(|(lint, _)| *lint));
        for (lint, _) in LINTS {
            let rule = Rule::from_id(lint).unwrap();
            let is_guard = rule.is_about_base() || rule.is_about_life() || matches!(rule, Rule::Change(_));
            assert!(rule.is_lint() && !is_guard, "{lint}");
        }
    }

    #[test]
    fn every_rule_has_a_page_that_names_it_and_every_page_a_rule() {
        let pages: Vec<_> = schemactl_rules::RULE_PAGES.iter().map(|(id, _)| *id).collect();
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
