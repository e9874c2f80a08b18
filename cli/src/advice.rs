//! What to do about an error. Libraries say what is wrong; only here is it said what helps, because only here it is known
//! that a person sits in front of `schemactl`.

use std::io;

use schemactl_eventbridge::ConnectError;
use schemactl_model::{DocumentProblem as SchemaProblem, ResolveError};
use schemactl_push::{Action, Deletion, Plan, RemoteError, RemoteErrorKind};
use schemactl_server::StartError;
use schemactl_workspace::{LOCK_FILE, LoadError};

use crate::suggestions::advise_on_name;
use crate::words::count_in_words;

/// What to do about a reference of a schema that code is generated from.
pub(crate) const FILE_ELSEWHERE: &str = "with `--schema`, put the file into the folder of the schema, and refer to it by its relative path or its \
                                         identifier; in a workspace, put it into schemas/_shared/, and generate the event by its name; elsewhere, \
                                         copy the definition into this document";

/// The operation of an error that compares a registry with a saved plan.
pub(crate) const PLAN_COMPARISON: &str = "plan";

pub(crate) fn advise_on_load(error: &LoadError) -> Option<String> {
    match error {
        LoadError::NoManifest { .. } => {
            Some("run `schemactl init` to start a workspace, or name one with --workspace DIR".to_owned())
        }
        LoadError::Layout { path, .. } if path == "schemas" => {
            Some("add the first event with `schemactl new event NAMESPACE/NAME`, or take over those of a registry with `schemactl pull`".to_owned())
        }
        LoadError::Layout { .. } => Some(
            "a workspace is schemas/NAMESPACE/EVENT/ with event.toml, MAJOR.MINOR.json and examples/MAJOR.MINOR/*.json"
                .to_owned(),
        ),
        LoadError::Yaml { path, json } => Some(advise_on_yaml(path, json)),
        LoadError::Conflict { file, .. } if file.path() == LOCK_FILE => Some(
            "run `schemactl merge-lock`, which keeps the lines of both sides, then `git add schemactl.lock`".to_owned(),
        ),
        LoadError::Conflict { .. } => Some(
            "edit the file, or keep one side with `git checkout --ours` or `--theirs`, and add the file".to_owned(),
        ),
        LoadError::Io { error, .. } => Some(advise_on_io(error).to_owned()),
        LoadError::Foreign { .. } => Some(
            "get the content with `git lfs pull` or `git submodule update --init`; in CI, check out with LFS or submodules enabled"
                .to_owned(),
        ),
        LoadError::Settings { file, message, .. } => advise_on_setting(file.path(), message).map(str::to_owned),
        LoadError::Unresolved { .. }
        | LoadError::Document(_)
        | LoadError::Example(_) => None,
    }
}

/// Returns what to do about a key that is missing or misplaced: what the message of the parser leaves open.
fn advise_on_setting(path: &str, message: &str) -> Option<&'static str> {
    let is_event = path.ends_with("event.toml");
    let is_about = |what: &str, key: &str| message.starts_with(&format!("{what} field `{key}`"));
    if is_event && is_about("missing", "source") {
        Some("add `source`, which the producer publishes the event with, such as source = \"com.example.shop\"")
    } else if is_event && is_about("missing", "detail-type") {
        Some("add `detail-type`, which the producer publishes the event with, such as detail-type = \"OrderPlaced\"")
    } else if is_event && (is_about("unknown", "version") || is_about("unknown", "versions")) {
        Some(
            "a version of the event is a file beside event.toml, such as 1.0.json; `version-field` names the property that says it",
        )
    } else if !is_event && is_about("missing", "version") {
        Some("write `version = 1` at the top: it is the format of the file, and no version of an event")
    } else {
        None
    }
}

/// Returns how a file in YAML becomes JSON. Names that a shell would read otherwise are left to the reader.
pub(crate) fn advise_on_yaml(path: &str, json: &str) -> String {
    let is_plain = |text: &str| {
        text.chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "._-/".contains(letter))
    };
    let (from, to) = if is_plain(path) && is_plain(json) {
        (path, json)
    } else {
        ("FILE.yaml", "FILE.json")
    };
    format!(
        "convert it and delete it: python3 -c \"import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout, indent=2)\" \
         < {from} > {to} (needs PyYAML; read the result, since YAML turns words such as no into false)"
    )
}

pub(crate) fn advise_on_io(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "check the path",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "check who owns the file and its folder, and whether they can be written"
        }
        io::ErrorKind::StorageFull => "free some disk space; existing files are unchanged",
        _ => "no file was written in part: remove the cause, and run the command again",
    }
}

pub(crate) fn advise_on_schema(problem: &SchemaProblem) -> &str {
    match problem {
        SchemaProblem::Lost(lost) => lost.fix(),
        SchemaProblem::UnknownDialect(_) => {
            "use http://json-schema.org/draft-04/schema#, …/draft-06/schema#, …/draft-07/schema#, \
             https://json-schema.org/draft/2019-09/schema or https://json-schema.org/draft/2020-12/schema"
        }
        SchemaProblem::NotASchema(_) => "start with {\"type\": \"object\"}",
        SchemaProblem::Reference(ResolveError::Remote { .. }) => {
            "in a workspace, put the file into schemas/_shared/ and refer to it by its relative path or its identifier; \
             elsewhere, copy the definition into this document"
        }
        SchemaProblem::IgnoredDialect { .. } => {
            "one schema of 2019-09 or 2020-12 can hold resources of several dialects, each with its own `$id` and `$schema`"
        }
        SchemaProblem::Include(_) => {
            "refer to a file of the same workspace or repository, such as ../../_shared/money.json"
        }
        SchemaProblem::Reference(ResolveError::Missing { .. }) => "check the spelling, or add the definition",
        SchemaProblem::Reference(ResolveError::Ambiguous { .. }) => {
            "give each of the two schemas an identifier of its own"
        }
    }
}

pub(crate) fn advise_on_connection(error: &ConnectError) -> String {
    match error {
        ConnectError::UnknownProfile { known, .. } if known.is_empty() => {
            "there is no profile: add one with `aws configure --profile NAME`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY".to_owned()
        }
        ConnectError::UnknownProfile { name, known } => {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            advise_on_name(name, "profiles", &known)
        }
        ConnectError::NoRegion => {
            "name one with --region, AWS_REGION, or in the profile; for a registry on this machine, \
             run `schemactl serve` and the exports that it prints"
                .to_owned()
        }
        ConnectError::Endpoint(_) => "an endpoint looks like http://127.0.0.1:4577".to_owned(),
        ConnectError::Runtime(_) => "the system is out of threads or file descriptors".to_owned(),
    }
}

pub(crate) fn advise_on_start(error: &StartError) -> &'static str {
    match error {
        StartError::Exposed { .. } => "add --allow-remote, and give clients the access key that is then printed",
        StartError::Listen { .. } => "choose another --port, or leave the option out to use a free one",
        StartError::Locked { .. } => "stop the other `schemactl serve`, or choose another folder with --data",
        _ => "choose another folder with --data",
    }
}

pub(crate) fn advise_on_remote(error: &RemoteError) -> String {
    match error.kind {
        RemoteErrorKind::Unreachable => {
            "check --endpoint-url, AWS_ENDPOINT_URL_SCHEMAS and the network; `schemactl serve` runs a registry on this \
             machine"
                .to_owned()
        }
        RemoteErrorKind::Credentials if is_about_time(&error.message) => {
            "set the clock of this machine: AWS accepts a signature only within minutes of its own time".to_owned()
        }
        RemoteErrorKind::Credentials => {
            "give credentials as for the AWS CLI: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, --profile, or `aws sso login`"
                .to_owned()
        }
        RemoteErrorKind::Refused | RemoteErrorKind::Invalid | RemoteErrorKind::Other if error.is_quota() => {
            HIGHER_QUOTA.to_owned()
        }
        RemoteErrorKind::Refused => format!(
            "request the IAM action schemas:{}; `schemactl iam-policy` prints the policy that a push needs",
            error.operation
        ),
        RemoteErrorKind::NotFound if error.operation.ends_with("Registry") => {
            "create it with `schemactl push --create-registry`".to_owned()
        }
        RemoteErrorKind::Conflict => "another process writes to this registry: run the command again".to_owned(),
        RemoteErrorKind::Moved if error.operation == PLAN_COMPARISON => {
            "make a new plan with `schemactl plan --plan-file FILE`, review it, and push that; nothing was written".to_owned()
        }
        RemoteErrorKind::Moved => {
            "another process has written to it: review the new plan, and push again; nothing is overwritten".to_owned()
        }
        RemoteErrorKind::Contested => {
            "two pushes wrote at the same time: agree on the schema, then run the push that is right again, with --repair if \
             `schemactl status` still reports a conflict"
                .to_owned()
        }
        RemoteErrorKind::Garbled | RemoteErrorKind::Intercepted => intercepted(&error.message),
        RemoteErrorKind::Unavailable | RemoteErrorKind::Interrupted => {
            "run the command again: completed writes are not repeated".to_owned()
        }
        RemoteErrorKind::Throttled => "wait a moment and run the command again: completed writes are not repeated".to_owned(),
        RemoteErrorKind::Invalid => {
            "the registry rejects the named value every time: correct it in event.toml, schemactl.toml or the schema".to_owned()
        }
        RemoteErrorKind::NotFound | RemoteErrorKind::Other => {
            "run the command again; `schemactl status` shows what the registry holds".to_owned()
        }
    }
}

/// Whether a signature was rejected for its time: the key may be right.
fn is_about_time(message: &str) -> bool {
    ["Signature expired", "Signature not yet current", "RequestTimeTooSkewed"]
        .iter()
        .any(|words| message.contains(words))
}

/// What helps where nothing of ours can be deleted.
const HIGHER_QUOTA: &str = "request a higher quota from AWS; `schemactl serve` has --quota and --no-quotas";

/// What to do about a quota that a write of a plan has reached: deleting is named where it frees something.
pub(crate) fn advise_on_quota(plan: &Plan, action: &Action) -> String {
    let deletable = || plan.deletable.iter();
    match action {
        Action::AddVersion { schema, .. } => {
            let is_prunable = |deletion: &&Deletion| deletion.schema == *schema && deletion.reason.is_prunable();
            match deletable().filter(is_prunable).count() {
                0 => format!(
                    "versions that others have written go with `aws schemas delete-schema-version`; or {HIGHER_QUOTA}"
                ),
                versions => format!(
                    "`schemactl prune --enable-deletes` deletes {} of schema {schema}; or {HIGHER_QUOTA}",
                    count_in_words(versions, "version")
                ),
            }
        }
        Action::CreateSchema { .. } => match deletable().filter(|deletion| deletion.whole).count() {
            0 => HIGHER_QUOTA.to_owned(),
            schemas => format!(
                "`schemactl push --enable-deletes` deletes {} that the workspace registers nothing as, after the writes: run it twice; or \
                 {HIGHER_QUOTA}",
                count_in_words(schemas, "schema")
            ),
        },
        _ => HIGHER_QUOTA.to_owned(),
    }
}

/// What stands between this machine and the registry, by what it answers.
fn intercepted(message: &str) -> String {
    let what = if message.starts_with("status 407") {
        "a proxy requires a user name and a password: configure them, or exclude the registry from the proxy"
    } else if message.starts_with("status 30") && message.contains(", to ") {
        "something redirects the call, such as a login page of the network: open the address in a browser, or correct --endpoint-url"
    } else {
        "a proxy, a login page or another server answers in place of the registry: check the network, the proxy and --endpoint-url"
    };
    format!("{what}; then run the command again: completed writes are not repeated")
}
