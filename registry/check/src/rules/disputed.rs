//! Lines of `schemactl.lock` that contradict each other, as `merge=union` leaves them. In: the lock, and what the base has. Out: a finding for
//! each contradiction, with all lines and the way out. What is contradicted counts as not recorded; everything else is checked.

use schemactl_model::{Digest, Span, Version};

use super::Base;
use super::base::advise_on_race;
use crate::report::{Finding, FindingPlace, Severity};
use crate::rule::Rule;
use schemactl_workspace::{Identity, LockClaims, LockConflict, Workspace};

pub(super) fn find_conflicts(workspace: &Workspace, base: Option<&Base<'_>>) -> Vec<Finding> {
    let conflicts = workspace.lock.conflicts().iter();
    conflicts
        .map(|conflict| match &conflict.claims {
            LockClaims::Digests(version, claims) => digests(workspace, conflict, (version, claims), base),
            LockClaims::Identities(claims) => identities(workspace, conflict, claims, base),
        })
        .collect()
}

fn digests(
    workspace: &Workspace,
    conflict: &LockConflict,
    (version, claims): (&Version, &[(Span, Digest)]),
    base: Option<&Base<'_>>,
) -> Finding {
    let event = &conflict.event;
    let there = base.and_then(|base| Some((base.name, base.tip.lock.digest(event, version)?)));
    let file = workspace
        .events
        .get(event)
        .and_then(|event| event.versions.get(version));
    let label = |digest: &Digest| {
        let mut parts = vec![format!("{} is {}", version, digest.short())];
        if file.is_some_and(|file| file.digest == *digest) {
            parts.push(format!("as schemas/{event}/{version}.json"));
        }
        if let Some((name, _)) = there.filter(|(_, there)| *there == digest) {
            parts.push(format!("as in {name}"));
        }
        parts.join(", ")
    };
    let keep = match there {
        Some((name, digest)) => format!("keep the line with {}, which {name} has", digest.short()),
        None => "keep the line that was released first (that of the main branch)".to_owned(),
    };
    let rest = match (there, file) {
        (Some((name, digest)), Some(file)) if file.digest != *digest => {
            format!("restore the schema of {name}, and give yours the next number, with the properties of both")
        }
        _ => "the schema of the other line becomes the next version, with the properties of both".to_owned(),
    };
    let race = base.filter(|base| there.is_some() && base.is_new_since_fork(event, version));
    let fix = match (race, file) {
        (Some(base), Some(file)) if there.is_some_and(|(_, digest)| file.digest != *digest) => {
            advise_on_race(base, event, true)
        }
        _ => format!("{keep}, and remove the version from the other one; {rest}"),
    };
    Finding {
        new: Some(version.clone()),
        message: format!("schemactl.lock releases {} schemas as {event}@{version}", claims.len()),
        places: places(workspace, claims, label),
        why: Some(
            "two branches released different schemas under one number, and the merge kept the lines of both".to_owned(),
        ),
        fix: Some(fix),
        ..Finding::new(Rule::LockConflict, Severity::Error, event.clone())
    }
}

fn identities(
    workspace: &Workspace,
    conflict: &LockConflict,
    claims: &[(Span, Identity)],
    base: Option<&Base<'_>>,
) -> Finding {
    let event = &conflict.event;
    let there = base.and_then(|base| Some((base.name, base.tip.lock.released(event)?.identity.as_ref()?)));
    let label = |identity: &Identity| {
        let text = format!("`{}` from `{}`", identity.detail_type, identity.source);
        match there.filter(|(_, there)| *there == identity) {
            Some((name, _)) => format!("{text}, as in {name}"),
            None => text,
        }
    };
    let keep = there.map_or_else(
        || "the one that was released first (that of the main branch)".to_owned(),
        |(name, _)| format!("that of {name}"),
    );
    Finding {
        message: format!("schemactl.lock has {} identities of {event}", claims.len()),
        places: places(workspace, claims, label),
        why: Some("two branches released it with different `source`, `detail-type` or `version-field`, and the merge kept the lines of both".to_owned()),
        fix: Some(format!(
            "write {keep} into both lines and into event.toml; `schemactl move` records another one"
        )),
        ..Finding::new(Rule::LockConflict, Severity::Error, event.clone())
    }
}

fn places<T>(workspace: &Workspace, claims: &[(Span, T)], label: impl Fn(&T) -> String) -> Vec<FindingPlace> {
    let Some(file) = &workspace.lock_file else {
        return Vec::new();
    };
    let place = |(span, claim): &(Span, T)| FindingPlace {
        source: file.clone(),
        span: *span,
        label: label(claim),
    };
    claims.iter().map(place).collect()
}
