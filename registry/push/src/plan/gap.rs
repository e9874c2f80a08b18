//! What the numbers of a schema tell of versions that are not there: the service counts, and uses no number again. In: the versions that a schema holds,
//! and one that it does not. Out: the numbers between its neighbours that are gone: one of them may have been it.

use schemactl_model::Version;

use super::Note;
use super::judge::JudgedSchema;
use crate::expected::ExpectedVersion;
use crate::held::{HeldVersion, rank_of_number};

/// Numbers that a note has room for.
const MOST_NUMBERS: usize = 5;

/// Returns that an adopted version may have been deleted by others. `None` if no number is gone where it would stand.
pub(super) fn find_deletion(
    judged: &JudgedSchema<'_>,
    held: &[HeldVersion],
    wanted: &ExpectedVersion<'_>,
) -> Option<Note> {
    let version = &wanted.version.version;
    let number_of = |version: &Version| judged.registered.get(version).map(|held| rank_of_number(&held.number));
    let versions = || judged.registered.keys().copied();
    let below = versions().filter(|other| *other < version).filter_map(number_of).max();
    let above = versions()
        .filter(|other| *other > version)
        .filter_map(number_of)
        .min()?;
    // What was pruned below all that is kept has left its numbers too.
    if below.is_none() && !judged.line.superseded.is_empty() {
        return None;
    }
    let is_gone = |number: &u64| !held.iter().any(|held| rank_of_number(&held.number) == *number);
    let list_gone = |from: u64, to: u64| -> Vec<String> {
        let gone = (from + 1..to).filter(is_gone).take(MOST_NUMBERS);
        gone.map(|number| number.to_string()).collect()
    };
    let mut gone = list_gone(below.unwrap_or(0), above);
    if gone.is_empty() {
        // Versions need not stand in their order.
        gone = list_gone(0, held.last().map_or(0, |last| rank_of_number(&last.number)));
    }
    (!gone.is_empty()).then(|| Note::Deleted {
        schema: judged.name.to_owned(),
        event: wanted.event.name.clone(),
        version: version.clone(),
        numbers: gone,
    })
}
