//! The versions that patterns are asked about. In: a workspace. Out: for each version of an event that is not retired, a session of questions and the
//! events that its writers send, which say the number of the version.

use schemactl_check::policy_of;
use schemactl_compat::Schema;
use schemactl_model::{EventRef, with_stack_for};
use schemactl_pattern_analysis::{PatternAnalysis, PatternAnalysisError, VersionEvents, with_pattern_analysis};
use schemactl_workspace::{SchemaVersion, Workspace, WorkspaceEvent};
use serde_json::Value;

use super::sent::SentDetails;
use crate::context::find_event;
use crate::problem::Problem;

/// A version, and its events, or why they cannot be asked about.
pub(super) struct AskedVersion<'w, 's, 'v> {
    pub(super) event: &'w WorkspaceEvent,
    pub(super) version: &'w SchemaVersion,
    pub(super) events: Result<VersionEvents<'s, 'v>, String>,
}

/// Asks about every version of the workspace's events, or of one event.
pub(super) fn ask_versions<'w>(
    workspace: &'w Workspace,
    event: Option<&EventRef>,
    mut ask: impl for<'a, 's, 'v> FnMut(&mut PatternAnalysis<'a, 's>, AskedVersion<'w, 's, 'v>) + Send,
) -> Result<(), Problem> {
    let events = match event {
        Some(event) => vec![find_event(workspace, event)?],
        None => workspace.events.values().collect(),
    };
    for event in events {
        let is_live = |version: &&SchemaVersion| workspace.lock.find_end(&event.name, &version.version).is_none();
        for version in event.versions.values().filter(is_live) {
            let depth = version.document.root().depth();
            with_stack_for(depth, || ask_version(workspace, (event, version), &mut ask));
        }
    }
    Ok(())
}

fn ask_version<'w>(
    workspace: &Workspace,
    (event, version): (&'w WorkspaceEvent, &'w SchemaVersion),
    ask: &mut impl for<'a, 's, 'v> FnMut(&mut PatternAnalysis<'a, 's>, AskedVersion<'w, 's, 'v>),
) {
    let written = Schema::from(&version.document);
    let sent = SentDetails::of(&written, policy_of(workspace, Some(event)));
    with_pattern_analysis(|analysis| {
        let is_valid = |detail: &Value| sent.as_ref().ok()?.is_valid(detail);
        let events = sent.as_ref().map_err(Clone::clone).and_then(|sent| {
            let events = name_events(analysis, event, version, &sent.schema(), &is_valid);
            events.map_err(|error| error.to_string())
        });
        ask(analysis, AskedVersion { event, version, events });
    });
}

/// Returns the events of a version, which say its number.
fn name_events<'s, 'v>(
    analysis: &mut PatternAnalysis<'_, 's>,
    event: &WorkspaceEvent,
    version: &SchemaVersion,
    sent: &Schema<'_>,
    is_valid: &'v dyn Fn(&Value) -> Option<bool>,
) -> Result<VersionEvents<'s, 'v>, PatternAnalysisError> {
    let settings = &event.settings;
    let events = analysis.version(&settings.source, &settings.detail_type, sent, is_valid)?;
    let place = settings.version_field.place().tokens();
    let place: Vec<&str> = place.iter().map(String::as_str).collect();
    analysis.pin_detail(&events, &place, &version.version.to_string())
}
