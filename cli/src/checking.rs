//! How commands check a workspace: against which base, with which engine, what was proved before. In: a workspace, and what the command line
//! wants. Out: the report, and `Checked` where no error is in it.

use std::num::NonZeroUsize;

use schemactl_check::{CheckOptions, Checked, Proofs, Report, check, check_again, judged_formats, set_inherited_aside};
use schemactl_compat::Semantics;
use schemactl_workspace::{Date, LifeKind, Lock, NeighborWorkspace, Workspace};

use crate::args::NO_BASELINE;
use crate::baseline::{self, Baseline};
use crate::code_comparison::compare_code;
use crate::console::Console;
use crate::context::Context;
use crate::former::former_states;
use crate::left_out::explain_left_out_files;
use crate::neighbors::find_neighbors;
use crate::problem::Problem;
use crate::registered::{RegistryBase, read_registered_versions};

/// What a check compares with beside the workspace itself.
#[derive(Debug, Default)]
pub(crate) struct Against {
    baseline: Option<Baseline>,
    registered: Option<(String, Lock)>,
    /// The lock of the main branch beside what is registered, if there is one.
    merged: Option<Lock>,
}

impl Against {
    /// What `--against` names.
    pub(crate) fn read(name: Option<&str>, workspace: &Workspace, context: &Context) -> Result<Self, Problem> {
        let Some(name) = name else {
            return Ok(Self::default());
        };
        if name == NO_BASELINE {
            context.console.note("compared with no baseline");
            return Ok(Self::default());
        }
        if let Some(registries) = RegistryBase::parse(name) {
            let merged = baseline::lock_of_main(workspace);
            let registered = read_registered_versions(context, workspace, registries, merged.as_ref())?;
            return Ok(Self {
                registered: Some(registered),
                merged,
                ..Self::default()
            });
        }
        let baseline = baseline::read_baseline(workspace, &context.check_start(), name)?;
        tell(&baseline, &context.console);
        Ok(Self {
            baseline: Some(baseline),
            ..Self::default()
        })
    }
}

/// Says what a baseline is. What cannot be read of it is a finding.
fn tell(baseline: &Baseline, console: &Console) {
    if baseline.is_empty {
        console.note(&format!(
            "{} has no workspace yet: nothing to compare with",
            baseline.name()
        ));
    }
    if !baseline.is_empty {
        console.note(&format!("compared with {}", baseline.name()));
    }
}

/// How a command checks.
#[derive(Debug)]
pub(crate) struct Checking {
    pub(crate) threads: Option<NonZeroUsize>,
    pub(crate) deny: Vec<LifeKind>,
    pub(crate) deny_waivers: bool,
    /// Whether warnings and notes that the base has too are no findings.
    pub(crate) sets_inherited_aside: bool,
    pub(crate) today: Date,
    /// The other workspaces of the repository, where they are known already.
    pub(crate) neighbors: Option<Vec<NeighborWorkspace>>,
}

impl Checking {
    pub(crate) fn of(context: &Context) -> Self {
        Self {
            threads: None,
            deny: Vec::new(),
            deny_waivers: false,
            sets_inherited_aside: false,
            today: context.today(),
            neighbors: None,
        }
    }
}

/// Checks with the engine that every command uses.
pub(crate) fn check_against<'w>(
    workspace: &'w Workspace,
    against: &Against,
    context: &Context,
) -> (Report, Option<Checked<'w>>) {
    checked_as(workspace, against, Checking::of(context), None)
}

/// Checks as the command line wants it, without proving again what an earlier check proved.
pub(crate) fn checked_as<'w>(
    workspace: &'w Workspace,
    against: &Against,
    how: Checking,
    proofs: Option<&mut Proofs>,
) -> (Report, Option<Checked<'w>>) {
    let today = Some(how.today);
    let base = against.baseline.as_ref().map(Baseline::as_base);
    let formats = judged_formats(workspace, base.as_ref());
    let engine = schemactl_compat::default_engine(Semantics { formats });
    let mut options = CheckOptions::new(&engine);
    let neighbors = how.neighbors.unwrap_or_else(|| find_neighbors(&workspace.root));
    options.neighbors = &neighbors;
    let former = former_states(workspace);
    options.base = base;
    options.former = &former;
    options.registered = against.registered.as_ref().map(|(name, lock)| (name.as_str(), lock));
    options.merged = against.merged.as_ref();
    options.today = today;
    options.compare_code = Some(compare_code);
    options.threads = how.threads;
    options.deny = how.deny;
    options.deny_waivers = how.deny_waivers;
    let (mut report, checked) = match proofs {
        Some(proofs) => check_again(workspace, &options, proofs),
        None => check(workspace, &options),
    };
    if how.sets_inherited_aside {
        set_inherited_aside(&mut report, &options);
    }
    explain_left_out_files(workspace, &mut report);
    (report, checked)
}
