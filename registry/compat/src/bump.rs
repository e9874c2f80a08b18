//! The steps a version number can take.

use std::fmt;

use schemactl_containment::Schema;

use crate::change::{Change, ChangeKind};
use crate::engine::Engine;
use crate::explain::changes;
use crate::policy::Policy;
use crate::verdict::Verdict;

/// A step of a version number, smallest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bump {
    /// The same contract in other words: proved equivalent.
    Patch,
    /// Another contract that keeps what its mode asks.
    Minor,
    /// A contract that breaks somebody.
    Major,
}

impl Bump {
    /// Every step, smallest first.
    pub const ALL: [Self; 3] = [Self::Patch, Self::Minor, Self::Major];
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

/// Returns the smallest step that a change allows, by the verdicts of both directions and whether the schemas are proved equivalent.
/// `None` where a direction is undecided and none is broken.
pub fn needed_bump(backward: &Verdict, forward: &Verdict, are_equivalent: impl FnOnce() -> bool) -> Option<Bump> {
    match (backward, forward) {
        (Verdict::Incompatible { .. }, _) | (_, Verdict::Incompatible { .. }) => Some(Bump::Major),
        (Verdict::Undecided { .. }, _) | (_, Verdict::Undecided { .. }) => None,
        _ if are_equivalent() => Some(Bump::Patch),
        _ => Some(Bump::Minor),
    }
}

/// Returns whether two schemas are proved to allow the same events, and no change is noticed elsewhere: `format` and `default` are seen by
/// generated code, where validators see no difference.
pub fn are_equivalent(engine: &dyn Engine, old: &Schema<'_>, new: &Schema<'_>) -> bool {
    let proves = |sub, sup| engine.contains(sub, sup).is_compatible();
    proves(old, new) && proves(new, old) && !changes(old, new).iter().any(|change| change.kind.is_noticed_by_code())
}

/// Returns whether two schemas are proved to be one contract in other words, as a patch promises: equivalent by [`are_equivalent`], and the properties
/// that they declare are the same.
pub fn are_one_contract(engine: &dyn Engine, old: &Schema<'_>, new: &Schema<'_>) -> bool {
    are_equivalent(engine, old, new) && declare_same_properties(engine, (old, new), &changes(old, new))
}

/// Returns whether equivalent schemas declare the same properties. `changes` are those between them. An optional property with any value changes no set
/// of events and is something new all the same; one that is declared in another place, such as a branch of `allOf`, is not.
// INVARIANT: only a proof counts as a difference: a policy that cannot be applied leaves the schemas equivalent.
pub fn declare_same_properties<'c>(
    engine: &dyn Engine,
    (old, new): (&Schema<'_>, &Schema<'_>),
    changes: impl IntoIterator<Item = &'c Change>,
) -> bool {
    let is_about_names =
        |change: &Change| matches!(change.kind, ChangeKind::PropertyAdded | ChangeKind::PropertyRemoved);
    if !changes.into_iter().any(is_about_names) {
        return true;
    }
    // What writers of a schema send is what it declares.
    let sent = [old, new].map(|schema| Policy::ProducerDeclared.as_writer(schema).of(schema));
    let [Ok((of_old, old_dialect)), Ok((of_new, new_dialect))] = &sent else {
        return true;
    };
    let (old, new) = (Schema::new(of_old, *old_dialect), Schema::new(of_new, *new_dialect));
    let differs = |sub, sup| engine.contains(sub, sup).witness().is_some();
    !differs(&old, &new) && !differs(&new, &old)
}

#[cfg(test)]
mod tests {
    use schemactl_model::{Dialect, Source, Value, parse};

    use super::*;
    use crate::{Semantics, default_engine};

    fn schema(text: &str) -> Value {
        parse(&Source::new("example", text)).unwrap()
    }

    #[test]
    fn a_declared_property_is_more_than_other_words() {
        let engine = default_engine(Semantics::default());
        for (old, new, is_one) in [
            (
                r#"{"properties": {"a": {}}}"#,
                r#"{"properties": {"a": {}, "b": {}}}"#,
                false,
            ),
            (
                r#"{"properties": {"a": {}, "b": true}}"#,
                r#"{"properties": {"a": {}}}"#,
                false,
            ),
            (
                r#"{"properties": {"o": {"properties": {}}}}"#,
                r#"{"properties": {"o": {"properties": {"b": {}}}}}"#,
                false,
            ),
            (
                r#"{"properties": {"a": {}, "b": {}}}"#,
                r#"{"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}"#,
                true,
            ),
            (
                r#"{"properties": {"a": {"const": 1}}}"#,
                r#"{"properties": {"a": {"enum": [1]}}}"#,
                true,
            ),
            (
                r#"{"properties": {"a": {"title": "x"}}}"#,
                r#"{"properties": {"a": {"title": "y"}}}"#,
                true,
            ),
            (
                r#"{"properties": {"a": {}}, "required": ["a"]}"#,
                r#"{"required": ["a"], "properties": {"a": true}}"#,
                true,
            ),
        ] {
            let (of_old, of_new) = (schema(old), schema(new));
            let [of_old, of_new] = [&of_old, &of_new].map(|root| Schema::new(root, Dialect::Draft202012));
            assert!(are_equivalent(&engine, &of_old, &of_new), "{old} {new}");
            assert_eq!(are_one_contract(&engine, &of_old, &of_new), is_one, "{old} {new}");
        }
    }
}
