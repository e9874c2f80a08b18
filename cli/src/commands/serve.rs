//! `schemactl serve`

use schemactl_server::{Config, start};

use crate::args::Serve;
use crate::context::Context;
use crate::exit::Exit;
use crate::interrupt;
use crate::problem::Problem;
use crate::remote::LOCAL_REGION;

/// The folder of the registry's data in a workspace.
const DATA: &str = ".schemactl/registry";

pub(crate) fn run(args: &Serve, context: &Context) -> Result<Exit, Problem> {
    let data = match &args.data {
        Some(data) => data.clone(),
        None => context.root()?.join(DATA),
    };
    let (_, interrupted) = interrupt::watch();
    let server = start(Config::new(&data).port(args.port.unwrap_or(0)).region(LOCAL_REGION))?;
    context.console.result(&exports(&server.url()));
    context.console.note(&format!(
        "EventBridge Schemas at {}, data in {}; Ctrl-C to stop",
        server.url(),
        data.display()
    ));
    // An error means that nobody can send any more, which ends the wait as well.
    let _ = interrupted.recv();
    server.shutdown();
    Ok(Exit::Clean)
}

/// What a shell needs, so that the AWS CLI, the SDKs and `schemactl push` speak to this registry.
fn exports(url: &str) -> String {
    format!(
        "export AWS_ENDPOINT_URL_SCHEMAS={url}\n\
         export AWS_REGION={LOCAL_REGION} AWS_DEFAULT_REGION={LOCAL_REGION}\n\
         export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local\n"
    )
}
