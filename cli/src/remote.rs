//! Which registry a command speaks to: the one that the AWS settings name, or the demo's.

use schemactl_eventbridge::{EventBridge, Settings};
use schemactl_workspace::{Remote, Workspace};

use crate::args::Aws;
use crate::context::Context;
use crate::problem::Problem;

/// The region of a registry on this machine; its server accepts any.
pub(crate) const LOCAL_REGION: &str = "us-east-1";

pub(crate) fn connect(context: &Context, workspace: &Workspace, aws: &Aws) -> Result<EventBridge, Problem> {
    let registry = workspace.manifest.registry.name.clone();
    let remote = match &context.local_registry {
        Some(url) => EventBridge::local(url, LOCAL_REGION, &registry)?,
        None => EventBridge::connect(&Settings {
            registry,
            profile: aws.profile.clone(),
            region: aws.region.clone(),
            endpoint_url: aws.endpoint_url.clone(),
        })?,
    };
    context.console.detail(&format!("reading {}", remote.describe()));
    Ok(remote)
}
