//! `push --plan-file`. In: a plan that was saved, and the plan of now. Out: they are the same, or what has moved. The file
//! decides nothing: what is written comes from the workspace as it was checked, so that a file that somebody has edited can
//! at most be refused.

use std::path::Path;

use schemactl_model::{EventName, InvalidReference, Version};
use schemactl_push::{Plan, RemoteError, RemoteErrorKind, is_schema_of};
use schemactl_workspace::Workspace;

use crate::advice::PLAN_COMPARISON;
use crate::args::{PlanningArgs, StdinArgs};
use crate::input;
use crate::problem::Problem;
use crate::report::drift::{describe_drift, schema_of};
use crate::report::plan::{CREATE_REGISTRY, FORMAT, Saved, SavedAction, SavedBase, list_saved_actions};

pub(super) fn read_plan_file(path: &Path) -> Result<Saved, Problem> {
    let source = input::read_lines(path, &StdinArgs::default())?;
    let refused = |message: String| Problem::usage(message, "write a plan with `schemactl plan --plan-file FILE`");
    let plan: Saved = serde_json::from_str(source.text())
        .map_err(|error| refused(format!("{} is not a plan: {error}", path.display())))?;
    if plan.format != FORMAT {
        let message = format!(
            "{} has format {}, and this schemactl reads {FORMAT}",
            path.display(),
            plan.format
        );
        return Err(refused(message));
    }
    Ok(plan)
}

/// What the plan is made with again. Deletes have to be enabled here too: whoever applies a plan may not have read it.
pub(super) fn planning_of_file(plan: &Saved, args: &PlanningArgs) -> Result<PlanningArgs, Problem> {
    if plan.options.deletes && !args.enable_deletes {
        return Err(Problem::usage(
            "the plan was made with --enable-deletes",
            "push it with --enable-deletes too, or make a plan without",
        ));
    }
    let events = plan.options.events.iter().map(|event| {
        let refused = |error: InvalidReference| {
            Problem::usage(
                error.to_string(),
                "make the plan again with `schemactl plan --plan-file FILE`",
            )
        };
        event.parse().map_err(refused)
    });
    Ok(PlanningArgs {
        events: events.collect::<Result<_, _>>()?,
        full: args.full,
        enable_deletes: plan.options.deletes,
        refresh_tags: plan.options.refresh_tags,
        allow_widening: plan.options.allow_widening,
        repair: plan.options.repair,
        adopt: plan.options.adopt,
    })
}

/// Returns an error if the plan of now is not the one that was saved: what has changed in the registry, or else in the workspace.
pub(super) fn require_same_plan(
    path: &Path,
    saved: &Saved,
    (workspace, now): (&Workspace, &Plan),
) -> Result<(), Problem> {
    if !is_same_place(&saved.remote, &now.remote) {
        return Err(Problem::usage(
            format!("the plan was made for {}, and this is {}", saved.remote, now.remote),
            advise_on_place(path, saved, workspace),
        ));
    }
    let comparison = PlanComparison {
        saved,
        workspace,
        now,
        fresh: list_saved_actions(now),
    };
    if comparison.fresh == saved.actions {
        return Ok(());
    }
    let in_registry = comparison.list_registry_changes();
    let in_workspace = comparison.list_workspace_changes();
    if in_registry.is_empty() {
        return Err(Problem::usage(
            format!(
                "the workspace has changed since the plan was made: {}",
                in_workspace.join("; ")
            ),
            format!(
                "make a new plan with `schemactl plan --plan-file {}`, review it, and push that",
                path.display()
            ),
        ));
    }
    let also = in_workspace
        .iter()
        .map(|change| format!("the workspace has changed too: {change}"));
    let messages: Vec<_> = in_registry.into_iter().chain(also).collect();
    Err(Problem::Remote(RemoteError {
        kind: RemoteErrorKind::Moved,
        operation: PLAN_COMPARISON,
        subject: now.remote.clone(),
        message: messages.join("; "),
        retry_after: None,
    }))
}

/// Returns how a plan of another registry is pushed: with its environment, if that is another one.
fn advise_on_place(path: &Path, saved: &Saved, workspace: &Workspace) -> String {
    let file = path.display();
    match saved.options.environment.as_deref() {
        environment if environment == workspace.scope.environment_name() => {
            "use the profile, region and endpoint that the plan was made with".to_owned()
        }
        Some(name) => format!("it is a plan of environment `{name}`: `schemactl push --env {name} --plan-file {file}`"),
        None => format!("it is a plan of no environment: `schemactl push --plan-file {file}` without `--env`"),
    }
}

/// A plan that was saved, beside the plan that the same options make now.
struct PlanComparison<'p> {
    saved: &'p Saved,
    workspace: &'p Workspace,
    now: &'p Plan,
    fresh: Vec<SavedAction>,
}

impl PlanComparison<'_> {
    /// Returns whether the workspace registers what it registered. Then every difference comes from the registry.
    fn is_same_workspace(&self) -> bool {
        if self.saved.workspace.is_empty() {
            // A plan of an earlier version of schemactl.
            return self.saved.actions.iter().all(|action| self.is_still_expected(action));
        }
        self.saved.workspace == self.now.expected.digest().to_string()
    }

    /// Returns whether the workspace still has what a saved action writes. What writes no version is not about the workspace.
    fn is_still_expected(&self, action: &SavedAction) -> bool {
        action.content.is_none() || self.find_expected(action) == action.content
    }

    /// Returns the digest of what the workspace registers as the version of an action.
    fn find_expected(&self, action: &SavedAction) -> Option<String> {
        let version: Version = action.version.as_deref()?.parse().ok()?;
        let content = self.now.expected.find_content(&action.name, &version);
        content.map(ToString::to_string)
    }

    fn list_workspace_changes(&self) -> Vec<String> {
        if self.is_same_workspace() {
            return Vec::new();
        }
        let mut changes = Vec::new();
        for action in &self.saved.actions {
            let (title, expected) = (action.title(), self.find_expected(action));
            if action.content.is_some() && expected.is_none() {
                changes.push(format!("it does not register {title}"));
            } else if action.content.is_some() && expected != action.content {
                changes.push(format!("{title} is another schema"));
            }
        }
        for action in self.fresh.iter().filter(|action| self.find_saved(action).is_none()) {
            if action.content.is_some() && !self.has_known(action) {
                changes.push(format!("it registers {} too", action.title()));
            }
        }
        if changes.is_empty() {
            changes.push("it registers other versions, or other tags".to_owned());
        }
        changes
    }

    fn list_registry_changes(&self) -> Vec<String> {
        let mut changes: Vec<String> = Vec::new();
        let of_saved = self
            .saved
            .actions
            .iter()
            .filter_map(|action| self.describe_change(action));
        for change in of_saved.chain(self.list_new_writes()) {
            if !changes.contains(&change) {
                changes.push(change);
            }
        }
        if changes.is_empty() && self.is_same_workspace() {
            changes.push("it holds other versions than when the plan was made".to_owned());
        }
        changes
    }

    /// Returns what the registry holds now in place of what a saved action was planned on.
    fn describe_change(&self, old: &SavedAction) -> Option<String> {
        if let Some(new) = self.find_fresh(old) {
            return describe_other_base(old, new);
        }
        let title = old.title();
        if old.action == CREATE_REGISTRY {
            return Some(format!("registry {} has been created", old.name));
        }
        if !self.is_still_expected(old) || (old.content.is_none() && !self.is_same_workspace()) {
            return None;
        }
        let found = self.now.conflicts().filter(|drift| schema_of(drift) == old.name);
        let found: Vec<_> = found.map(describe_drift).collect();
        Some(if old.content.is_some() && !found.is_empty() {
            format!("{title} was planned ({}), and now {}", old.action, found.join("; "))
        } else {
            format!("{title} was planned ({}), and is done", old.action)
        })
    }

    /// Returns the writes that the registry needs besides those that were saved.
    fn list_new_writes(&self) -> impl Iterator<Item = String> {
        let is_same = self.is_same_workspace();
        let new = self.fresh.iter().filter(|action| self.find_saved(action).is_none());
        new.filter_map(move |action| match action.action.as_str() {
            CREATE_REGISTRY => Some(format!("registry {} has been deleted", action.name)),
            _ if action.content.is_some() && self.has_known(action) && is_same => {
                Some(format!("it does not hold {} any more", action.title()))
            }
            _ if is_same => Some(format!("{} is to be written too ({})", action.title(), action.action)),
            _ => None,
        })
    }

    fn find_fresh(&self, old: &SavedAction) -> Option<&SavedAction> {
        self.fresh.iter().find(|new| is_same_wish(old, new))
    }

    fn find_saved(&self, new: &SavedAction) -> Option<&SavedAction> {
        self.saved.actions.iter().find(|old| is_same_wish(old, new))
    }

    /// Returns whether the saved plan knew the version of an action without a write of it.
    fn has_known(&self, action: &SavedAction) -> bool {
        let saved = self.saved;
        let known = [
            &saved.unchanged,
            &saved.pruned,
            &saved.skipped,
            &saved.adopted,
            &saved.held_back,
        ];
        known.into_iter().flatten().any(|known| {
            let event: Option<EventName> = known.event.parse().ok();
            let is_of_event = event.is_some_and(|event| is_schema_of(&action.name, &event, self.workspace));
            is_of_event && Some(known.version.as_str()) == action.version.as_deref()
        })
    }
}

/// Whether two descriptions of a remote can be of the same one. The account is known as soon as there is a registry.
fn is_same_place(one: &str, other: &str) -> bool {
    let parts = |text: &str| match text.split_once(", account ") {
        Some((before, rest)) => {
            let (account, after) = rest.split_at(rest.find(' ').unwrap_or(rest.len()));
            (format!("{before}{after}"), Some(account.to_owned()))
        }
        None => (text.to_owned(), None),
    };
    let ((one, one_account), (other, other_account)) = (parts(one), parts(other));
    one == other && (one_account.is_none() || other_account.is_none() || one_account == other_account)
}

/// Returns that an action has another base than it had, or creates what it added to.
fn describe_other_base(old: &SavedAction, new: &SavedAction) -> Option<String> {
    let titles = |bases: &[SavedBase]| match bases {
        [] => "no version".to_owned(),
        bases => bases.iter().map(SavedBase::title).collect::<Vec<_>>().join(", "),
    };
    (old.base != new.base || old.action != new.action).then(|| {
        format!(
            "schema {} was at {} when the plan was made, and is at {}",
            old.name,
            titles(&old.base),
            titles(&new.base)
        )
    })
}

/// Returns whether two actions want the same of the same schema: creating a schema and adding to it are one wish on different registries.
fn is_same_wish(old: &SavedAction, new: &SavedAction) -> bool {
    let writes = |action: &SavedAction| action.content.is_some();
    let is_alike = writes(old) == writes(new) && (writes(old) || old.action == new.action);
    is_alike && old.name == new.name && old.version == new.version
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_may_become_known_and_must_not_change() {
        let (unknown, known) = ("registry a in b at http://c", "registry a in b, account 1 at http://c");
        assert!(is_same_place(unknown, known) && is_same_place(known, unknown) && is_same_place(known, known));
        assert!(!is_same_place(known, "registry a in b, account 2 at http://c"));
        assert!(!is_same_place(unknown, "registry a in x, account 1 at http://c"));
        assert!(is_same_place("registry a in b", "registry a in b, account 1"));
    }
}
