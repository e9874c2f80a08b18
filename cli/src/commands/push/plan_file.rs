//! `push --plan-file`. In: a plan that was saved, and the plan of now. Out: they are the same, or what has moved. The file
//! decides nothing: what is written comes from the workspace as it was checked, so that a file that somebody has edited can
//! at most be refused.

use std::path::Path;

use schemactl_push::{Plan, RemoteError, RemoteErrorKind};

use crate::args::{PlanningArgs, StdinArgs};
use crate::input;
use crate::problem::Problem;
use crate::report::plan::{FORMAT, Saved, SavedAction, SavedBase, list_saved_actions};

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
    Ok(PlanningArgs {
        full: args.full,
        enable_deletes: plan.options.deletes,
        refresh_tags: plan.options.refresh_tags,
        allow_widening: plan.options.allow_widening,
        repair: plan.options.repair,
        adopt: plan.options.adopt,
    })
}

/// Whether the plan of now is the one that was saved.
pub(super) fn require_same_plan(plan: &Saved, now: &Plan) -> Result<(), Problem> {
    if !is_same_place(&plan.remote, &now.remote) {
        return Err(Problem::usage(
            format!("the plan was made for {}, and this is {}", plan.remote, now.remote),
            "use the profile, region and endpoint that the plan was made with",
        ));
    }
    let fresh = list_saved_actions(now);
    if fresh == plan.actions {
        return Ok(());
    }
    let moved: Vec<_> = plan
        .actions
        .iter()
        .filter_map(|action| moved(action, &fresh, now))
        .collect();
    let appeared = fresh
        .iter()
        .find(|action| action.action == "create-registry" && !plan.actions.contains(action));
    let gone = appeared.map(|action| format!("registry {} has been deleted", action.name));
    let messages: Vec<_> = moved.into_iter().chain(gone).collect();
    if messages.is_empty() {
        return Err(Problem::usage(
            "the workspace has changed since the plan was made",
            "make a new plan",
        ));
    }
    Err(Problem::Remote(RemoteError {
        kind: RemoteErrorKind::Moved,
        operation: "plan",
        subject: now.remote.clone(),
        message: messages.join("; "),
        retry_after: None,
    }))
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

/// What the registry holds now in place of what the plan says.
fn moved(old: &SavedAction, fresh: &[SavedAction], now: &Plan) -> Option<String> {
    let key = |action: &SavedAction| (action.name.clone(), action.version.clone());
    let Some(new) = fresh.iter().find(|new| key(new) == key(old) && is_alike(old, new)) else {
        let registered = |(event, version): &(schemactl_model::EventName, schemactl_model::Version)| {
            old.name.starts_with(&event.schema_name()) && old.version.as_deref() == Some(&version.to_string())
        };
        let written = now.unchanged.iter().any(registered);
        let deleted = old.action.starts_with("delete");
        let version = old.version.as_deref().unwrap_or_default();
        if old.action == "create-registry" {
            return Some(format!("registry {} has been created", old.name));
        }
        let planned = written || deleted;
        return planned.then(|| format!("{} {version} was planned ({}), and is done", old.name, old.action));
    };
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

/// Creating a schema and adding to it are the same wish on different registries.
fn is_alike(old: &SavedAction, new: &SavedAction) -> bool {
    let writes = |action: &SavedAction| action.content.is_some();
    writes(old) == writes(new) && (writes(old) || old.action == new.action)
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
