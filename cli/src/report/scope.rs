//! What a plan is not about, for people: events that are not for its registry, and versions that `--event` does not select.

use std::collections::BTreeSet;

use schemactl_model::{EventName, Version};
use schemactl_push::Preview;

use crate::suggestions::list_names;
use crate::words::count_in_words;

/// Returns a line about the versions of events that are not for the registry of a plan. Empty if there is none.
pub(crate) fn describe_elsewhere(plan: &Preview) -> String {
    if plan.elsewhere.is_empty() {
        return String::new();
    }
    let events: BTreeSet<String> = plan.elsewhere.iter().map(|(event, _)| event.to_string()).collect();
    let names: Vec<String> = events.into_iter().collect();
    format!(
        "  not for this registry (`environments` in event.toml): {}\n",
        list_names(&names)
    )
}

/// Returns a line about the versions that a command does not select. Empty if it is about all.
pub(crate) fn describe_unselected(unselected: &[(EventName, Version)]) -> String {
    if unselected.is_empty() {
        return String::new();
    }
    let events: BTreeSet<&EventName> = unselected.iter().map(|(event, _)| event).collect();
    let verb = if unselected.len() == 1 { "is" } else { "are" };
    format!(
        "  {} of {} {verb} not selected by `--event`, and left alone\n",
        count_in_words(unselected.len(), "version"),
        count_in_words(events.len(), "event")
    )
}
