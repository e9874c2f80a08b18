//! What changed between two schemas: kinds of change, and one change with its places. In: nothing; this is vocabulary. A change
//! is a fact about two documents: whether it breaks somebody is judged elsewhere, by proof.

use std::fmt;

use schemactl_model::Pointer;

use crate::event_path::EventPath;
use crate::verdict::Verdict;

macro_rules! kinds {
    ($($variant:ident = $id:literal, mirror $mirror:ident;)+) => {
        /// A kind of change. Its id is the id of a rule: kebab-case, says what happened, and is never renamed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "each has a page in docs/rules under its id")]
        pub enum ChangeKind {
            $($variant,)+
        }

        impl ChangeKind {
            /// Every kind, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Returns the id, in kebab case.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }

            /// Returns the same change seen from the other version.
            #[must_use]
            pub fn mirror(self) -> Self {
                match self { $(Self::$variant => Self::$mirror,)+ }
            }
        }
    };
}

kinds! {
    SchemaForbidden = "schema-forbidden", mirror SchemaAllowed;
    SchemaAllowed = "schema-allowed", mirror SchemaForbidden;
    TypeNarrowed = "type-narrowed", mirror TypeWidened;
    TypeWidened = "type-widened", mirror TypeNarrowed;
    TypeChanged = "type-changed", mirror TypeChanged;
    EnumAdded = "enum-added", mirror EnumRemoved;
    EnumRemoved = "enum-removed", mirror EnumAdded;
    EnumValueAdded = "enum-value-added", mirror EnumValueRemoved;
    EnumValueRemoved = "enum-value-removed", mirror EnumValueAdded;
    ConstChanged = "const-changed", mirror ConstChanged;
    MinimumRaised = "minimum-raised", mirror MinimumLowered;
    MinimumLowered = "minimum-lowered", mirror MinimumRaised;
    MaximumRaised = "maximum-raised", mirror MaximumLowered;
    MaximumLowered = "maximum-lowered", mirror MaximumRaised;
    MultipleOfAdded = "multiple-of-added", mirror MultipleOfRemoved;
    MultipleOfRemoved = "multiple-of-removed", mirror MultipleOfAdded;
    MultipleOfChanged = "multiple-of-changed", mirror MultipleOfChanged;
    MinLengthRaised = "min-length-raised", mirror MinLengthLowered;
    MinLengthLowered = "min-length-lowered", mirror MinLengthRaised;
    MaxLengthRaised = "max-length-raised", mirror MaxLengthLowered;
    MaxLengthLowered = "max-length-lowered", mirror MaxLengthRaised;
    PatternAdded = "pattern-added", mirror PatternRemoved;
    PatternRemoved = "pattern-removed", mirror PatternAdded;
    PatternChanged = "pattern-changed", mirror PatternChanged;
    FormatChanged = "format-changed", mirror FormatChanged;
    RequiredPropertyAdded = "required-property-added", mirror RequiredPropertyRemoved;
    RequiredPropertyRemoved = "required-property-removed", mirror RequiredPropertyAdded;
    PropertyAdded = "property-added", mirror PropertyRemoved;
    PropertyRemoved = "property-removed", mirror PropertyAdded;
    PropertyRenamed = "property-renamed", mirror PropertyRenamed;
    PatternPropertyAdded = "pattern-property-added", mirror PatternPropertyRemoved;
    PatternPropertyRemoved = "pattern-property-removed", mirror PatternPropertyAdded;
    AdditionalPropertiesRestricted = "additional-properties-restricted", mirror AdditionalPropertiesOpened;
    AdditionalPropertiesOpened = "additional-properties-opened", mirror AdditionalPropertiesRestricted;
    MapBecomesObject = "map-becomes-object", mirror ObjectBecomesMap;
    ObjectBecomesMap = "object-becomes-map", mirror MapBecomesObject;
    PropertyNamesRestricted = "property-names-restricted", mirror PropertyNamesOpened;
    PropertyNamesOpened = "property-names-opened", mirror PropertyNamesRestricted;
    MinPropertiesRaised = "min-properties-raised", mirror MinPropertiesLowered;
    MinPropertiesLowered = "min-properties-lowered", mirror MinPropertiesRaised;
    MaxPropertiesRaised = "max-properties-raised", mirror MaxPropertiesLowered;
    MaxPropertiesLowered = "max-properties-lowered", mirror MaxPropertiesRaised;
    DependencyAdded = "dependency-added", mirror DependencyRemoved;
    DependencyRemoved = "dependency-removed", mirror DependencyAdded;
    PrefixItemAdded = "prefix-item-added", mirror PrefixItemRemoved;
    PrefixItemRemoved = "prefix-item-removed", mirror PrefixItemAdded;
    ItemsRestricted = "items-restricted", mirror ItemsOpened;
    ItemsOpened = "items-opened", mirror ItemsRestricted;
    ContainsAdded = "contains-added", mirror ContainsRemoved;
    ContainsRemoved = "contains-removed", mirror ContainsAdded;
    MinContainsRaised = "min-contains-raised", mirror MinContainsLowered;
    MinContainsLowered = "min-contains-lowered", mirror MinContainsRaised;
    MaxContainsRaised = "max-contains-raised", mirror MaxContainsLowered;
    MaxContainsLowered = "max-contains-lowered", mirror MaxContainsRaised;
    MinItemsRaised = "min-items-raised", mirror MinItemsLowered;
    MinItemsLowered = "min-items-lowered", mirror MinItemsRaised;
    MaxItemsRaised = "max-items-raised", mirror MaxItemsLowered;
    MaxItemsLowered = "max-items-lowered", mirror MaxItemsRaised;
    UniqueItemsAdded = "unique-items-added", mirror UniqueItemsRemoved;
    UniqueItemsRemoved = "unique-items-removed", mirror UniqueItemsAdded;
    UnionAdded = "union-added", mirror UnionRemoved;
    UnionRemoved = "union-removed", mirror UnionAdded;
    UnionBranchAdded = "union-branch-added", mirror UnionBranchRemoved;
    UnionBranchRemoved = "union-branch-removed", mirror UnionBranchAdded;
    AllOfBranchAdded = "all-of-branch-added", mirror AllOfBranchRemoved;
    AllOfBranchRemoved = "all-of-branch-removed", mirror AllOfBranchAdded;
    NotAdded = "not-added", mirror NotRemoved;
    NotRemoved = "not-removed", mirror NotAdded;
    NotChanged = "not-changed", mirror NotChanged;
    ConditionAdded = "condition-added", mirror ConditionRemoved;
    ConditionRemoved = "condition-removed", mirror ConditionAdded;
    ConditionChanged = "condition-changed", mirror ConditionChanged;
    UnevaluatedRestricted = "unevaluated-restricted", mirror UnevaluatedOpened;
    UnevaluatedOpened = "unevaluated-opened", mirror UnevaluatedRestricted;
    ReferenceChanged = "reference-changed", mirror ReferenceChanged;
    ExtensibleEnumAdded = "extensible-enum-added", mirror ExtensibleEnumRemoved;
    ExtensibleEnumRemoved = "extensible-enum-removed", mirror ExtensibleEnumAdded;
    DefaultChanged = "default-changed", mirror DefaultChanged;
    DialectChanged = "dialect-changed", mirror DialectChanged;
}

impl ChangeKind {
    /// Returns the kind of that id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.id() == id)
    }

    /// Returns whether generated code notices a change although validators see no difference.
    pub fn is_noticed_by_code(self) -> bool {
        matches!(
            self,
            Self::FormatChanged | Self::DefaultChanged | Self::MapBecomesObject | Self::ObjectBecomesMap
        )
    }

    /// Whether a policy can make a break of it although the schema became wider: it is about what is declared, or about values
    /// that readers are to expect.
    pub(crate) fn is_seen_by_policies(self) -> bool {
        use ChangeKind::{
            AdditionalPropertiesOpened, AdditionalPropertiesRestricted, EnumValueAdded, EnumValueRemoved,
            ExtensibleEnumAdded, ExtensibleEnumRemoved, PatternPropertyAdded, PatternPropertyRemoved, PropertyAdded,
            PropertyRemoved, PropertyRenamed, ReferenceChanged, UnevaluatedOpened, UnevaluatedRestricted,
        };
        matches!(
            self,
            AdditionalPropertiesOpened
                | AdditionalPropertiesRestricted
                | EnumValueAdded
                | EnumValueRemoved
                | ExtensibleEnumAdded
                | ExtensibleEnumRemoved
                | PatternPropertyAdded
                | PatternPropertyRemoved
                | PropertyAdded
                | PropertyRemoved
                | PropertyRenamed
                | ReferenceChanged
                | UnevaluatedOpened
                | UnevaluatedRestricted
        )
    }

    /// Returns whether validators see nothing of it, and generated code and people do.
    pub fn is_advisory(self) -> bool {
        self.is_noticed_by_code() || self == Self::DialectChanged
    }
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// What a change does to the set of instances at its place: a fact, whatever a policy makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Fewer instances.
    Narrows,
    /// More instances.
    Widens,
    /// Some go and others come.
    Replaces,
    /// The same instances.
    Neutral,
    /// Not known.
    Undecided,
}

impl Effect {
    /// From the verdicts of both directions: whether the new side takes what the old one has, and the other way around.
    pub(crate) fn of(backward: &Verdict, forward: &Verdict) -> Self {
        match (backward, forward) {
            (Verdict::Undecided { .. }, _) | (_, Verdict::Undecided { .. }) => Self::Undecided,
            (Verdict::Compatible, Verdict::Compatible) => Self::Neutral,
            (Verdict::Compatible, Verdict::Incompatible { .. }) => Self::Widens,
            (Verdict::Incompatible { .. }, Verdict::Compatible) => Self::Narrows,
            (Verdict::Incompatible { .. }, Verdict::Incompatible { .. }) => Self::Replaces,
        }
    }

    /// Returns the same change seen from the other version.
    #[must_use]
    pub fn mirror(self) -> Self {
        match self {
            Self::Narrows => Self::Widens,
            Self::Widens => Self::Narrows,
            other => other,
        }
    }

    /// Returns the name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Narrows => "narrows",
            Self::Widens => "widens",
            Self::Replaces => "replaces",
            Self::Neutral => "neutral",
            Self::Undecided => "undecided",
        }
    }
}

/// One difference between two documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its kind.
    pub kind: ChangeKind,
    /// What happened, in a few words: `is now required`.
    pub what: String,
    /// The one name it is about, where several changes can stand at one place.
    pub subject: Option<String>,
    /// The part of the event that it is about.
    pub path: EventPath,
    /// The name that a renamed property had in the old document.
    pub renamed_from: Option<String>,
    /// What to ask or tell the author: whether a removed and an added property are one under two names, that an object is a map, or what generated
    /// code makes of the change.
    pub hint: Option<String>,
    /// The place in the old document; the closest one around it, if nothing stands there.
    pub old: Pointer,
    /// The place in the new document.
    pub new: Pointer,
}

impl Change {
    /// Returns what happened, and where: `` `items[].quantity`: `minimum` `1` was added ``.
    pub fn sentence(&self) -> String {
        // A predicate follows its subject; everything else is a sentence of its own.
        let is_predicate = ["is ", "may ", "was ", "has ", "no longer "];
        let is_predicate = is_predicate.iter().any(|start| self.what.starts_with(start));
        match (self.place(), is_predicate) {
            (Some(place), true) => format!("{place} {}", self.what),
            (Some(place), false) => format!("{place}: {}", self.what),
            (None, true) => format!("the event {}", self.what),
            (None, false) => self.what.clone(),
        }
    }

    /// Returns the part of the event, with the definition that describes it beside it. `None` for the whole event.
    pub fn place(&self) -> Option<String> {
        let definition = definition(&self.new).or_else(|| definition(&self.old));
        match (self.path.is_root(), definition) {
            (true, None) => None,
            (true, Some(definition)) => Some(format!("the event (`{definition}`)")),
            (false, None) => Some(format!("`{}`", self.path)),
            (false, Some(definition)) => Some(format!("`{}` (`{definition}`)", self.path)),
        }
    }
}

/// The definition that a place is in: `$defs/Money`.
fn definition(place: &Pointer) -> Option<String> {
    let tokens = place.tokens();
    let at = tokens
        .iter()
        .rposition(|token| token == "$defs" || token == "definitions")?;
    Some(format!("{}/{}", tokens[at], tokens.get(at + 1)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_path::EventStep;

    #[test]
    fn a_place_is_a_path_of_the_event_and_its_definition_stands_beside_it() {
        let change = |new: &str, what: &str, steps: Vec<EventStep>| Change {
            kind: ChangeKind::TypeChanged,
            what: what.to_owned(),
            subject: None,
            path: EventPath::from_steps(steps),
            renamed_from: None,
            hint: None,
            old: Pointer::root(),
            new: Pointer::parse(new).unwrap(),
        };
        let property = |name: &str| EventStep::Property(name.to_owned());
        let price = vec![property("items"), EventStep::AnyElement, property("unitPrice")];
        assert_eq!(
            change("/$defs/Money/type", "type changed", price).sentence(),
            "`items[].unitPrice` (`$defs/Money`): type changed"
        );
        assert_eq!(
            change("/required/0", "is now required", vec![property("id")]).sentence(),
            "`id` is now required"
        );
        assert_eq!(
            change("", "may also be `null`", vec![]).sentence(),
            "the event may also be `null`"
        );
    }

    #[test]
    fn seen_twice_from_the_other_side_a_change_is_itself() {
        for kind in ChangeKind::ALL {
            assert_eq!(kind.mirror().mirror(), *kind, "{kind}");
            assert_eq!(ChangeKind::from_id(kind.id()), Some(*kind));
        }
    }
}
