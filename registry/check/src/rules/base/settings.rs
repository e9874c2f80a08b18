//! Settings that are weaker than those of the base. In: the workspace, and the state in which its branch left the base. Out: a finding for each,
//! and what is required of an event: what the base requires.

use std::collections::{BTreeMap, BTreeSet};

use schemactl_compat::Policy;
use schemactl_model::Source;

use super::setting_change::{SettingChange, describe_setting};
use super::{Base, earlier_event, is_same_finding, registration};
use crate::report::{Finding, FindingPlace, Severity};
use crate::rule::Rule;
use crate::rules::{mode, policy, title_of};
use schemactl_workspace::{CompatibilityMode, EarlierState, LintName, RuleSeverity, Status, Workspace, WorkspaceEvent};

/// The environments of an event that names none.
const EVERY_REGISTRY: &str = "all registries";

/// What is asked of the versions of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) policy: Policy,
    pub(crate) mode: CompatibilityMode,
    pub(crate) status: Status,
}

/// Finds every setting that is weaker than the base's.
pub(crate) fn find_weakened_settings(workspace: &Workspace, base: &Base<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for view in base.list_views() {
        for finding in find_in_view(workspace, &view) {
            if !findings.iter().any(|known| is_same_finding(known, &finding)) {
                findings.push(finding);
            }
        }
    }
    findings
}

/// Settings that are weaker than in one state in which both branches have met.
fn find_in_view(workspace: &Workspace, base: &Base<'_>) -> Vec<Finding> {
    let mut found = of_workspace(workspace, base);
    for event in workspace.events.values() {
        let earlier = earlier_event(workspace, base, event);
        for change in earlier.map_or_else(Vec::new, |earlier| of_event(workspace, event, base.fork, earlier)) {
            // One line of schemactl.toml is one finding, however many events it is about.
            if !is_own(event, earlier, change.key) {
                if !found
                    .iter()
                    .any(|(known, key)| known.event.is_none() && *key == change.key)
                {
                    found.push((finding(base, &workspace.manifest_file, None, &change), change.key));
                }
                continue;
            }
            found.push((finding(base, &event.settings_file, Some(event), &change), change.key));
        }
    }
    found.into_iter().map(|(finding, _)| finding).collect()
}

/// Returns what is required of an event: the stricter of the branch's settings and the base's. A weaker setting counts from its merge on,
/// also where a waiver accepts it.
// INVARIANT: a branch never chooses the settings of its own check. A waiver is a file of the branch, so that one that counted here would let
// a single change weaken a setting and break under it.
pub(crate) fn find_requirements(workspace: &Workspace, event: &WorkspaceEvent, base: Option<&Base<'_>>) -> Asked {
    let own = &workspace.manifest.check;
    let now = asked(own.policy.as_ref(), own.mode, event);
    let views = base.into_iter().flat_map(Base::list_views);
    let required = views.fold(now, |now, view| {
        let before = view.fork.manifest.as_ref().and_then(|manifest| {
            let earlier = earlier_event(workspace, &view, event)?;
            Some(asked(manifest.check.policy.as_ref(), manifest.check.mode, earlier))
        });
        before.map_or(now, |before| now.and(before))
    });
    // An event that is no draft at the tip is none after the merge, whatever it was when the branch left.
    let at_tip = base.and_then(|base| base.tip.events.get(&event.name));
    Asked {
        status: at_tip.map_or(required.status, |there| required.status.max(there.settings.status)),
        ..required
    }
}

impl Asked {
    /// The stricter of both, setting by setting.
    fn and(self, other: Self) -> Self {
        Self {
            policy: stricter(self.policy, other.policy),
            mode: self.mode.and(other.mode),
            status: self.status.max(other.status),
        }
    }
}

fn asked(policy_of_all: Option<&String>, mode_of_all: CompatibilityMode, event: &WorkspaceEvent) -> Asked {
    Asked {
        policy: policy(policy_of_all, event),
        mode: mode(mode_of_all, event),
        status: event.settings.status,
    }
}

/// Policies, the one that asks most first. Compatible under one of them is compatible under those that follow.
const STRICTEST_FIRST: [Policy; 5] = [
    Policy::Closed,
    Policy::OpenStrict,
    Policy::ProducerDeclared,
    Policy::TolerantReader,
    Policy::ApplyDefaults,
];

fn stricter(one: Policy, other: Policy) -> Policy {
    let mut order = STRICTEST_FIRST.into_iter();
    order.find(|policy| [one, other].contains(policy)).unwrap_or(one)
}

/// Settings of the workspace that no event has by itself.
fn of_workspace(workspace: &Workspace, base: &Base<'_>) -> Vec<(Finding, &'static str)> {
    let Some(before) = &base.fork.manifest else {
        return Vec::new();
    };
    let mut changes = list_quieter_rules(&before.rules, &workspace.manifest.rules);
    let (before, now) = ((before.check.formats, &before.registry), &workspace.manifest);
    // Neither asks less of every schema than the other.
    if before.0 != now.check.formats {
        changes.push(SettingChange {
            key: "formats",
            before: before.0.to_string(),
            now: now.check.formats.to_string(),
        });
    }
    if now.registry.allow_widening && !before.1.allow_widening {
        changes.push(SettingChange {
            key: "allow-widening",
            before: "false".to_owned(),
            now: "true".to_owned(),
        });
    }
    changes.extend(registration::list_registry_changes(workspace, base.fork));
    let found = changes.into_iter();
    found
        .map(|change| (finding(base, &workspace.manifest_file, None, &change), change.key))
        .collect()
}

/// Rules whose findings are quieter than in the base.
fn list_quieter_rules(
    before: &BTreeMap<LintName, RuleSeverity>,
    now: &BTreeMap<LintName, RuleSeverity>,
) -> Vec<SettingChange> {
    let names: BTreeSet<&LintName> = before.keys().chain(now.keys()).collect();
    let severity = |settings: &BTreeMap<LintName, RuleSeverity>, name: &LintName| {
        settings.get(name).copied().unwrap_or(name.default_severity())
    };
    let changes = names.into_iter().filter_map(|name| {
        let (before, now) = (severity(before, name), severity(now, name));
        (now > before).then(|| describe_setting(name.as_str(), &before, &now))
    });
    changes.collect()
}

/// Settings that ask less of an event.
fn of_event(
    workspace: &Workspace,
    event: &WorkspaceEvent,
    fork: &EarlierState,
    earlier: &WorkspaceEvent,
) -> Vec<SettingChange> {
    let manifest = &workspace.manifest.check;
    let now = asked(manifest.policy.as_ref(), manifest.mode, event);
    let before = fork.manifest.as_ref().map(|manifest| &manifest.check);
    let before = before.map(|check| asked(check.policy.as_ref(), check.mode, earlier));
    let Some(before) = before else {
        return Vec::new();
    };
    let mut changes = Vec::new();
    if stricter(now.policy, before.policy) != now.policy {
        changes.push(describe_setting("policy", &before.policy, &now.policy));
    }
    if now.mode.and(before.mode) != now.mode {
        changes.push(describe_setting("mode", &before.mode, &now.mode));
    }
    if now.status < before.status.min(Status::Stable) {
        changes.push(describe_setting("status", &before.status, &now.status));
    }
    changes.extend(narrow_environments(workspace, event, earlier));
    changes.extend(registration::list_event_changes(
        (event, &workspace.manifest.registry),
        (earlier, fork),
    ));
    changes
}

/// Registries that an event was registered in and is not any more. An environment that schemactl.toml does not have any more is none.
fn narrow_environments(
    workspace: &Workspace,
    event: &WorkspaceEvent,
    earlier: &WorkspaceEvent,
) -> Option<SettingChange> {
    let now = event.settings.environments.as_ref()?;
    let before = earlier.settings.environments.as_ref();
    let is_left_out = |name: &String| workspace.manifest.environments.contains_key(name) && !now.contains(name);
    let is_narrower = before.is_none_or(|before| before.iter().any(is_left_out));
    let before = before.map_or_else(|| EVERY_REGISTRY.to_owned(), |before| before.join(", "));
    is_narrower.then(|| describe_setting("environments", &before, &now.join(", ")))
}

/// Whether a setting stands in the event's own file, now or before.
fn is_own(event: &WorkspaceEvent, earlier: Option<&WorkspaceEvent>, key: &str) -> bool {
    let sets = |event: &WorkspaceEvent| match key {
        "policy" => event.settings.policy.is_some(),
        "mode" => event.settings.mode.is_some(),
        "types" => event.settings.types.is_some(),
        _ => true,
    };
    sets(event) || earlier.is_some_and(sets)
}

fn finding(base: &Base<'_>, file: &Source, event: Option<&WorkspaceEvent>, change: &SettingChange) -> Finding {
    let SettingChange { key, before, now } = change;
    let of = event.map_or_else(String::new, |event| format!(" of {}", title_of(event)));
    // Neither value of `formats` asks less of every schema.
    let differs = match *key {
        "formats" | "name" | "layout" | "registered-as" | "types" => format!("and is `{before}`"),
        "keep" => format!("and `{before}`"),
        "environments" if before == EVERY_REGISTRY => "and is not set".to_owned(),
        "environments" => format!("which leaves out registries of `{before}`"),
        _ => format!("which is less strict than `{before}`"),
    };
    let restore = if *before == EVERY_REGISTRY {
        "remove the setting".to_owned()
    } else {
        format!("restore `{before}`")
    };
    let why = match *key {
        "name" => "a push goes on in another registry: consumers of the present one get no later version".to_owned(),
        "layout" | "registered-as" => {
            "a push registers all versions in another schema of the registry: the present one gets no later version"
                .to_owned()
        }
        "types" => {
            "a push registers the released versions again in other forms, and the present ones get no later version"
                .to_owned()
        }
        "keep" => format!(
            "an event has more versions: a push leaves out the oldest, and `prune --enable-deletes` deletes all but the newest {now}"
        ),
        "environments" => "consumers in the registries that are left out get no later version of the event".to_owned(),
        _ => format!("the change is checked with `{before}`: a branch must not choose the settings of its own check"),
    };
    Finding {
        message: format!("`{key}`{of} is `{now}`, {differs} in {}", base.name),
        subject: Some(format!("{key} {before} {now}")),
        places: vec![FindingPlace::of_setting(file, key, "this setting")],
        why: Some(why),
        fix: Some(format!(
            "{restore}, or accept the finding with a reason: `{now}` counts once {} has it",
            base.name
        )),
        ..Finding::new(
            Rule::SettingWeakened,
            Severity::Error,
            event.map(|event| event.name.clone()),
        )
    }
}
