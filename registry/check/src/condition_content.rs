//! What identifies a change of a condition or a dependency. In: the change, and both schemas. Out: a digest of the whole condition, or of the names that
//! came or went: at one place there can be another condition tomorrow, and a waiver accepts the one that somebody has seen.

use schemactl_compat::{Change, ChangeKind};
use schemactl_model::{Document, Kind, Pointer, Value};

use crate::content::digest_content;

/// The keywords of a condition. Each means something only with the others.
const CONDITION: [&str; 3] = ["if", "then", "else"];

/// Returns the digest of the condition or dependency that a change is about, and whether the whole schema counts because it refers to other parts of it;
/// `None` for every other change, and for a dependency that is a schema, which is content already.
pub(crate) fn digest_condition(change: &Change, old: &Document, new: &Document) -> Option<(String, bool)> {
    let (old, new) = (old.root(), new.root());
    let content = match change.kind {
        ChangeKind::ConditionAdded | ChangeKind::ConditionChanged => condition_at(new, &change.new),
        ChangeKind::ConditionRemoved => condition_at(old, &change.old),
        ChangeKind::DependencyAdded => names_beside(names_at(new, &change.new)?, names_at(old, &change.old)),
        ChangeKind::DependencyRemoved => names_beside(names_at(old, &change.old)?, names_at(new, &change.new)),
        _ => None,
    }?;
    Some(digest_content(&content))
}

/// The condition around a place: all of its keywords, without what stands beside them. A change inside an `if` has its place in there.
fn condition_at(root: &Value, place: &Pointer) -> Option<Value> {
    let tokens = place.tokens();
    let is_keyword = |at: &usize| {
        let is_name = *at > 0 && tokens[*at - 1] == "properties";
        CONDITION.contains(&tokens[*at].as_str()) && !is_name
    };
    let end = (0..tokens.len()).rev().find(is_keyword).unwrap_or(tokens.len());
    let around = tokens[..end].iter();
    let around = around.fold(Pointer::root(), |place, token| place.join(token.as_str()));
    let Kind::Object(members) = &around.resolve(root)?.kind else {
        return None;
    };
    let own = members.iter().filter(|member| CONDITION.contains(&member.key.as_str()));
    let own: Vec<_> = own.cloned().collect();
    (!own.is_empty()).then(|| Value::object(own))
}

/// The list of names at a place, or around one of them.
fn names_at<'v>(root: &'v Value, place: &Pointer) -> Option<&'v [Value]> {
    let above = place.tokens().split_last().map(|(_, above)| above)?;
    let above = above
        .iter()
        .fold(Pointer::root(), |place, token| place.join(token.as_str()));
    let list = |place: &Pointer| place.resolve(root)?.as_array();
    list(place).or_else(|| list(&above))
}

/// The names that one list has and the other has not, in the order of the alphabet.
fn names_beside(names: &[Value], others: Option<&[Value]>) -> Option<Value> {
    let is_other = |name: &&Value| {
        !others
            .unwrap_or_default()
            .iter()
            .any(|other| other.as_str() == name.as_str())
    };
    let mut own: Vec<&Value> = names.iter().filter(is_other).collect();
    own.sort_by_key(|name| name.as_str());
    (!own.is_empty()).then(|| Value::array(own.into_iter().cloned().collect()))
}
