//! The jobs that release and register what CI has checked. In: the workspaces of a repository and their environments. Out: parts of the files for CI:
//! the commands of the release check, and a job for each registry, in the order of the environments.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use schemactl_workspace::Workspace;

use super::VERSION;
use crate::printable::quote_word;

/// The region where no environment names one: that of `schemactl serve`, and of the AWS CLI without settings.
const REGION: &str = "us-east-1";

/// A registry, and the workspaces that are pushed to it.
#[derive(Debug, Default)]
struct PushTarget {
    region: Option<String>,
    /// Folders of the workspaces, seen from the repository; empty for its root.
    workspaces: Vec<String>,
}

/// The registries that CI pushes to, by environment; without one that of schemactl.toml.
#[derive(Debug)]
pub(super) struct PushTargets(BTreeMap<Option<String>, PushTarget>);

impl PushTargets {
    /// Returns the registries of workspaces. What cannot be read counts as a workspace without environments.
    pub(super) fn find(repository: &Path, workspaces: &[String]) -> Self {
        let mut targets: BTreeMap<Option<String>, PushTarget> = BTreeMap::new();
        for folder in workspaces {
            let loaded = Workspace::load_readable(&repository.join(folder)).ok();
            let environments = loaded.map(|(workspace, _)| workspace.manifest.environments);
            let environments = environments.unwrap_or_default();
            if environments.is_empty() {
                targets.entry(None).or_default().workspaces.push(folder.clone());
            }
            for (name, settings) in environments {
                let target = targets.entry(Some(name)).or_default();
                target.region = target.region.take().or(settings.region);
                target.workspaces.push(folder.clone());
            }
        }
        Self(targets)
    }

    /// Returns the jobs of GitHub. `install` are the steps that install schemactl.
    pub(super) fn github_jobs(&self, install: &str) -> String {
        let mut previous = "schemactl".to_owned();
        let mut text = String::new();
        for (environment, target) in &self.0 {
            let job = job_name(environment.as_deref());
            let region = serde_json::Value::from(target.region.as_deref().unwrap_or(REGION)).to_string();
            let template = include_str!("../github_push.yml").replace("@INSTALL@", install);
            text += &skip_without_role(&fill_job(
                template,
                (&job, &previous, environment.as_deref()),
                &region,
                (target, "          "),
            ));
            previous = job;
        }
        text
    }

    /// Returns the jobs of GitLab.
    pub(super) fn gitlab_jobs(&self) -> String {
        let mut needs = "schemactl".to_owned();
        let mut text = String::new();
        for (environment, target) in &self.0 {
            let job = format!("schemactl-{}", job_name(environment.as_deref()));
            let region = serde_json::Value::from(target.region.as_deref().unwrap_or(REGION)).to_string();
            let template = include_str!("../gitlab_push.yml").to_owned();
            text += &fill_job(
                template,
                (&job, &needs, environment.as_deref()),
                &region,
                (target, "    - "),
            );
            // A job whose variable is not set is in no pipeline.
            needs = format!("schemactl, {{ job: {job}, optional: true }}");
        }
        text
    }
}

/// Returns a command of schemactl for each workspace, one in a line. `indent` begins each.
pub(super) fn list_commands(workspaces: &[String], command: &str, indent: &str) -> String {
    workspaces.iter().fold(String::new(), |mut text, folder| {
        let option = if folder.is_empty() {
            String::new()
        } else {
            format!(" --workspace {}", quote_word(folder))
        };
        writeln!(text, "{indent}schemactl {command}{option}").expect("writing to a string cannot fail");
        text
    })
}

/// Makes every step of a job depend on its role.
fn skip_without_role(job: &str) -> String {
    job.split_inclusive('\n').fold(String::new(), |text, line| {
        let condition = if line.starts_with("      - ") {
            "        if: ${{ env.ROLE != '' }}\n"
        } else {
            ""
        };
        text + line + condition
    })
}

/// `push`, `push-prod`
fn job_name(environment: Option<&str>) -> String {
    environment.map_or_else(|| "push".to_owned(), |name| format!("push-{}", spell_name(name, '-')))
}

/// `SCHEMAS_PUSH_ROLE`, `SCHEMAS_PUSH_ROLE_PROD`
fn role_variable(environment: Option<&str>) -> String {
    let suffix = environment.map_or_else(String::new, |name| format!("_{}", spell_name(name, '_')));
    format!("SCHEMAS_PUSH_ROLE{}", suffix.to_ascii_uppercase())
}

/// A name with a letter in place of those that jobs and variables cannot have.
fn spell_name(name: &str, other: char) -> String {
    name.replace(|letter: char| !letter.is_ascii_alphanumeric(), &other.to_string())
}

fn fill_job(
    template: String,
    (job, needs, environment): (&str, &str, Option<&str>),
    region: &str,
    (target, indent): (&PushTarget, &str),
) -> String {
    let option = environment.map_or_else(String::new, |name| format!(" --env {}", quote_word(name)));
    // A push records what it registers, and nobody commits that: what is merged is recorded.
    let plan = list_commands(&target.workspaces, "check --locked --quiet", indent)
        + &list_commands(&target.workspaces, &format!("plan{option}"), indent);
    let push = list_commands(&target.workspaces, &format!("push --create-registry{option}"), indent);
    let values = [
        ("@JOB@", job),
        ("@NEEDS@", needs),
        ("@ROLE@", &role_variable(environment)),
        ("@REGION@", region),
        ("@PLAN@", &plan),
        ("@PUSH@", &push),
        ("@VERSION@", VERSION),
    ];
    let filled = values.into_iter();
    filled.fold(template, |text, (name, value)| text.replace(name, value))
}
