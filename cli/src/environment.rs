//! `--env NAME`: a place of the registry that schemactl.toml names. In: the workspace and the options. Out: the workspace with the registry of
//! that place, and options in which it stands behind those of the command line and before those of the surroundings. Whose account it is
//! is asked before anything else is.

use schemactl_eventbridge::EventBridge;
use schemactl_workspace::{Manifest, TargetRegistry, Workspace};

use crate::advice;
use crate::args::AwsArgs;
use crate::console::Console;
use crate::problem::Problem;
use crate::suggestions::advise_on_name;

/// Sets the registry of the environment that the options name, and returns the options with its settings.
///
/// # Errors
/// Fails for an environment that schemactl.toml does not have.
pub(crate) fn enter_environment(workspace: &mut Workspace, aws: &AwsArgs) -> Result<AwsArgs, Problem> {
    let mut aws = aws.clone();
    let Some(name) = &aws.environment else {
        workspace.scope.registry = TargetRegistry::Workspace;
        return Ok(aws);
    };
    workspace.scope.registry = TargetRegistry::Environment(name.clone());
    let settings = workspace.manifest.environments.get(name).cloned();
    let settings = settings.ok_or_else(|| unknown(name, &workspace.manifest))?;
    if let Some(registry) = settings.registry {
        workspace.manifest.registry.name = registry;
    }
    if let Some(ignore) = settings.ignore {
        workspace.manifest.registry.ignore = ignore;
    }
    aws.profile = aws.profile.or(settings.profile);
    aws.region = aws.region.or(settings.region);
    aws.account = settings.account;
    Ok(aws)
}

/// As [`enter_environment`], for a command that is about that environment alone: commands in its advice name it from now on.
///
/// # Errors
/// Fails for an environment that schemactl.toml does not have.
pub(crate) fn enter_and_name_environment(
    workspace: &mut Workspace,
    aws: &AwsArgs,
    console: &Console,
) -> Result<AwsArgs, Problem> {
    let entered = enter_environment(workspace, aws)?;
    console.name_environment(aws.environment.as_deref());
    Ok(entered)
}

fn unknown(name: &str, manifest: &Manifest) -> Problem {
    let known: Vec<&str> = manifest.environments.keys().map(String::as_str).collect();
    let help = if known.is_empty() {
        format!("add [env.{name}] with registry, profile, region or account")
    } else {
        advise_on_name(name, "environments", &known)
    };
    Problem::usage(format!("schemactl.toml has no environment `{name}`"), help)
}

/// Returns an error unless the credentials are of the account that the environment names.
pub(crate) fn require_account(remote: &EventBridge, aws: &AwsArgs) -> Result<(), Problem> {
    let Some(expected) = &aws.account else {
        return Ok(());
    };
    let environment = aws.environment.as_deref().unwrap_or_default();
    let found = remote.caller_account()?;
    if found.as_ref() == Some(expected) {
        return Ok(());
    }
    let whose = match found {
        Some(found) => format!("the credentials belong to account {found}"),
        None => "the account of the credentials is unknown".to_owned(),
    };
    Err(Problem::usage(
        format!("environment `{environment}` is account {expected}, and {whose}: nothing was read or written"),
        format!("use credentials of {expected}, such as with --profile, or correct `account` in [env.{environment}]"),
    ))
}

/// Returns why the account of an environment is not the right one, for a doctor. `None` if it is, or if none is asked for.
pub(crate) fn account_problem(remote: &EventBridge, aws: &AwsArgs) -> Option<(String, String)> {
    match require_account(remote, aws) {
        Ok(()) => None,
        Err(Problem::Usage { message, help }) => Some((message, help)),
        Err(Problem::Remote(error)) => Some((error.to_string(), advice::advise_on_remote(&error))),
        Err(_) => Some((
            "the account cannot be determined".to_owned(),
            "check the AWS settings".to_owned(),
        )),
    }
}
