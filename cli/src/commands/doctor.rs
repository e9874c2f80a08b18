//! `schemactl doctor`: looks at everything that a push needs, in the order in which it needs it, and says of each whether it is
//! in order, and if not what helps. Reads only; what needs a write to be known is said not to be known.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use schemactl_eventbridge::{ConnectError, EventBridge};
use schemactl_model::spell_out_controls;
use schemactl_push::{Remote, RemoteError};
use schemactl_workspace::{LoadError, Workspace, WorkspaceEvent};

use crate::advice;
use crate::args::{AwsArgs, DoctorArgs};
use crate::context::Context;
use crate::environment::{account_problem, enter_and_name_environment};
use crate::exit::Exit;
use crate::problem::Problem;
use crate::remote::{KnownRegistries, connect_registry};
use crate::words::count_in_words;

/// The settings of the environment that decide where calls go. Their names are shown, and the values of those that hold no
/// secret.
const SETTINGS: [&str; 6] = [
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL_SCHEMAS",
    "AWS_ENDPOINT_URL",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
];

/// One thing that was looked at.
struct DoctorCheck {
    what: &'static str,
    state: CheckState,
}

enum CheckState {
    Fine(String),
    /// Works, and is worth knowing.
    Note(String, String),
    /// Does not work: what is wrong, and what helps.
    Wrong(String, String),
    /// Cannot be looked at.
    Unknown(String),
}

pub(crate) fn run_doctor(args: &DoctorArgs, context: &Context) -> Result<Exit, Problem> {
    let mut checks = vec![
        fine("schemactl", format!("version {}", env!("CARGO_PKG_VERSION"))),
        git(),
    ];
    let found = workspace(context, &args.aws, &mut checks)?;
    environment(&mut checks);
    remote(context, found, &mut checks);
    let wrong = checks
        .iter()
        .filter(|check| matches!(check.state, CheckState::Wrong(..)))
        .count();
    context.console.result(&render(&checks, wrong));
    Ok(if wrong == 0 { Exit::Clean } else { Exit::Findings })
}

fn fine(what: &'static str, text: impl Into<String>) -> DoctorCheck {
    let state = CheckState::Fine(text.into());
    DoctorCheck { what, state }
}

fn note(what: &'static str, text: impl Into<String>, help: impl Into<String>) -> DoctorCheck {
    let state = CheckState::Note(text.into(), help.into());
    DoctorCheck { what, state }
}

fn wrong(what: &'static str, text: impl Into<String>, help: impl Into<String>) -> DoctorCheck {
    let state = CheckState::Wrong(text.into(), help.into());
    DoctorCheck { what, state }
}

fn unknown(what: &'static str, text: impl Into<String>) -> DoctorCheck {
    let state = CheckState::Unknown(text.into());
    DoctorCheck { what, state }
}

fn render(checks: &[DoctorCheck], wrong: usize) -> String {
    let width = checks.iter().map(|check| check.what.len()).max().unwrap_or(0);
    let mut text = String::new();
    for DoctorCheck { what, state } in checks {
        let (mark, line, help) = match state {
            CheckState::Fine(line) => ("ok   ", line, None),
            CheckState::Note(line, help) => ("note ", line, Some(help)),
            CheckState::Wrong(line, help) => ("WRONG", line, Some(help)),
            CheckState::Unknown(line) => ("?    ", line, None),
        };
        let line = spell_out_controls(line);
        writeln!(text, "{mark}  {what:<width$}  {line}").expect("writing to a string cannot fail");
        if let Some(help) = help {
            writeln!(text, "       {:<width$}  help: {help}", "").expect("writing to a string cannot fail");
        }
    }
    let summary = match wrong {
        0 => "nothing is wrong".to_owned(),
        wrong => format!("{wrong} of {} wrong", count_in_words(checks.len(), "check")),
    };
    text + &summary + "\n"
}

/// The output of git in a folder. `None` if there is no git, or it says no.
fn ask_git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    git.current_dir(folder).env("GIT_OPTIONAL_LOCKS", "0");
    git.args(["-c", "core.fsmonitor=false"]);
    let output = git.args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

fn git() -> DoctorCheck {
    let here = Path::new(".");
    let Some(version) = ask_git(here, &["--version"]) else {
        let help = "install git, or compare with folders: `check --against DIR`";
        return wrong("git", "git cannot be run", help);
    };
    let note = |line: &str, help: &str| note("git", format!("{version}; {line}"), help);
    if ask_git(here, &["rev-parse", "--is-inside-work-tree"]).as_deref() != Some("true") {
        return note("this is not a git repository", "`check --against REVISION` needs one");
    }
    if ask_git(here, &["rev-parse", "--is-shallow-repository"]).as_deref() == Some("true") {
        return note("the clone is shallow", "fetch the history, such as with fetch-depth: 0");
    }
    fine("git", version)
}

/// The registry's name, and the settings of its environment, if the workspace can be read.
fn workspace(
    context: &Context,
    aws: &AwsArgs,
    checks: &mut Vec<DoctorCheck>,
) -> Result<Option<(String, AwsArgs)>, Problem> {
    let mut workspace = match context.workspace() {
        Ok(workspace) => workspace,
        // Nobody asked for a workspace: an installation is examined.
        Err(Problem::Load(errors)) if !context.has_named_folder() && is_missing(&errors) => {
            let help = "`schemactl init` creates one; run doctor in it, or name it with --workspace DIR";
            checks.push(note(
                "workspace",
                "no schemactl.toml in this folder or any folder above it",
                help,
            ));
            return Ok(None);
        }
        Err(Problem::Load(errors)) if is_without_schemas(&errors) => {
            let help =
                "`schemactl pull` reads those of its registry; `schemactl new event NAMESPACE/NAME` adds the first one";
            checks.push(note("workspace", "it has no schemas yet", help));
            Workspace::load_to_fill(&context.root()?)?
        }
        Err(_) => {
            let help = "run `schemactl check` for the reasons, or name a workspace with --workspace DIR";
            checks.push(wrong("workspace", "cannot be read", help));
            return Ok(None);
        }
    };
    let aws = enter_and_name_environment(&mut workspace, aws, &context.console)?;
    if !workspace.events.is_empty() {
        let events = count_in_words(workspace.events.len(), "event");
        let is_elsewhere = |event: &&WorkspaceEvent| !workspace.scope.is_registered_here(&event.settings);
        let elsewhere = match workspace.events.values().filter(is_elsewhere).count() {
            0 => String::new(),
            others => format!(", {others} of them not for {}", workspace.scope.name_registry()),
        };
        checks.push(fine(
            "workspace",
            format!("{}, {events}{elsewhere}", workspace.root.display()),
        ));
    }
    let released = workspace.lock.iter().count();
    checks.push(fine(
        "lock",
        format!("{} released", count_in_words(released, "version")),
    ));
    Ok(Some((workspace.manifest.registry.name, aws)))
}

fn is_missing(errors: &[LoadError]) -> bool {
    matches!(errors, [LoadError::NoManifest { .. }])
}

/// Whether the folder of the schemas is all that is missing.
fn is_without_schemas(errors: &[LoadError]) -> bool {
    matches!(errors, [LoadError::Layout { path, .. }] if path == "schemas")
}

fn environment(checks: &mut Vec<DoctorCheck>) {
    let set = SETTINGS
        .iter()
        .filter_map(|name| Some((name, std::env::var(name).ok()?)));
    let shown = |name: &str, value: String| {
        let hidden = value.contains('@') || value.contains('?');
        let value = if hidden { "(not shown)".to_owned() } else { value };
        format!("{name}={value}")
    };
    let set: Vec<_> = set.map(|(name, value)| shown(name, value)).collect();
    let text = if set.is_empty() {
        "no AWS settings".to_owned()
    } else {
        set.join(" ")
    };
    checks.push(fine("environment", text));
}

/// Where credentials come from besides profiles.
const CREDENTIALS: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
];

/// The files of profiles: the variable that names one, and where it is otherwise.
const PROFILES: [(&str, &str); 2] = [
    ("AWS_CONFIG_FILE", ".aws/config"),
    ("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"),
];

/// Returns whether nothing of AWS is configured: a workspace need not have a registry. One setting is enough to expect that they are right.
fn is_without_aws(aws: &AwsArgs) -> bool {
    let options = [
        &aws.environment,
        &aws.profile,
        &aws.region,
        &aws.account,
        &aws.endpoint_url,
    ];
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let has_text = |file: PathBuf| std::fs::read(file).is_ok_and(|text| !text.trim_ascii().is_empty());
    let has_profiles = PROFILES
        .iter()
        .any(|(variable, usual)| match std::env::var_os(variable) {
            Some(file) => has_text(file.into()),
            None => std::env::home_dir().is_some_and(|home| has_text(home.join(usual))),
        });
    let variables = SETTINGS.iter().chain(&CREDENTIALS);
    options.iter().all(|option| option.is_none()) && !variables.copied().any(is_set) && !has_profiles
}

fn remote(context: &Context, found: Option<(String, AwsArgs)>, checks: &mut Vec<DoctorCheck>) {
    let Some((registry, aws)) = found else {
        checks.push(unknown("region", "a workspace is needed to find the registry"));
        return;
    };
    let remote = match connect_registry(context, &registry, &aws) {
        Ok((remote, _)) => remote,
        Err(Problem::Connect(ConnectError::NoRegion)) if is_without_aws(&aws) => {
            let help = "set a region with AWS_REGION, --profile or [env.NAME] of schemactl.toml before the first push; for a registry on this \
                        machine, run `schemactl serve` and the exports that it prints";
            checks.push(note(
                "region",
                "nothing of AWS is configured; `check` and `generate` do not need it",
                help,
            ));
            return;
        }
        Err(Problem::Connect(error)) => {
            let what = match error {
                ConnectError::UnknownProfile { .. } => "profile",
                _ => "region",
            };
            checks.push(wrong(what, error.to_string(), advice::advise_on_connection(&error)));
            return;
        }
        Err(_) => {
            checks.push(wrong("region", "no client of the service", "check the AWS settings"));
            return;
        }
    };
    checks.push(fine("region", remote.region()));
    let endpoint = remote.endpoint().unwrap_or_else(|| "Amazon's".to_owned());
    checks.push(fine("endpoint", endpoint));
    if !credentials(&remote, checks) {
        return;
    }
    if let Some(account) = &aws.account {
        match account_problem(&remote, &aws) {
            None => checks.push(fine("account", account)),
            Some((line, help)) => {
                checks.push(wrong("account", line, help));
                return;
            }
        }
    }
    // One attempt each: a doctor says what is wrong, and does not wait until it passes.
    if exists(&registry, &remote, checks) {
        permissions(&remote, checks);
    }
    let help = "only a push tests write access; `schemactl iam-policy` prints the permissions that it needs";
    checks.push(unknown("write permissions", help));
}

fn credentials(remote: &EventBridge, checks: &mut Vec<DoctorCheck>) -> bool {
    match remote.identity() {
        Ok(identity) => {
            let account = identity
                .account
                .map_or_else(String::new, |account| format!(", account {account}"));
            let temporary = if identity.temporary { ", temporary" } else { "" };
            checks.push(fine(
                "credentials",
                format!("access key {}{account}{temporary}", identity.access_key),
            ));
            true
        }
        Err(error) => {
            checks.push(failed("credentials", &error));
            false
        }
    }
}

fn failed(what: &'static str, error: &RemoteError) -> DoctorCheck {
    wrong(what, error.to_string(), advice::advise_on_remote(error))
}

/// A registry that is only to be created is no fault; a name that looks mistyped is.
fn missing_registry(registry: &str, remote: &EventBridge) -> DoctorCheck {
    let line = remote.describe();
    let create = "`schemactl push --create-registry` creates it";
    let known = KnownRegistries::list(remote);
    match known.as_ref().and_then(|known| known.find_meant(registry)) {
        Some(meant) => {
            let help = format!("did you mean `{meant}`? Correct the name in schemactl.toml, or {create}");
            wrong("registry", format!("it does not exist: {line}"), help)
        }
        None => note("registry", format!("it does not exist yet: {line}"), create),
    }
}

fn exists(registry: &str, remote: &EventBridge, checks: &mut Vec<DoctorCheck>) -> bool {
    match remote.registry_exists() {
        Ok(true) => {
            checks.push(fine("registry", remote.describe()));
            true
        }
        Ok(false) => {
            checks.push(missing_registry(registry, remote));
            false
        }
        Err(error) => {
            checks.push(failed("registry", &error));
            false
        }
    }
}

/// The calls that a plan makes.
fn permissions(remote: &EventBridge, checks: &mut Vec<DoctorCheck>) {
    let listed = match remote.schemas(None) {
        Ok(page) => page,
        Err(error) => {
            checks.push(failed("ListSchemas", &error));
            return;
        }
    };
    checks.push(fine("ListSchemas", "allowed"));
    let Some(schema) = listed.items.first() else {
        checks.push(unknown("DescribeSchema", "the registry has no schema"));
        return;
    };
    let answers = [
        ("ListSchemaVersions", remote.numbers(&schema.name, None).map(|_| ())),
        ("DescribeSchema", remote.read(&schema.name, None).map(|_| ())),
    ];
    for (what, answer) in answers {
        checks.push(match answer {
            Ok(()) => fine(what, "allowed"),
            Err(error) => failed(what, &error),
        });
    }
}
