//! `schemactl iam-policy`: the least that IAM has to allow. Which action works on which kind of resource is from the Service
//! Authorization Reference of Amazon EventBridge Schemas.

use serde::Serialize;

use crate::args::{AwsArgs, IamPolicyArgs, PolicyMode};
use crate::context::Context;
use crate::environment::enter_environment;
use crate::exit::Exit;
use crate::printable::print_indented;
use crate::problem::Problem;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyDocument {
    version: &'static str,
    statement: Vec<Statement>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    sid: &'static str,
    effect: &'static str,
    action: Vec<String>,
    resource: Vec<String>,
}

pub(crate) fn run_iam_policy(args: &IamPolicyArgs, context: &Context) -> Result<Exit, Problem> {
    let named = find_registry(args, context)?;
    context.console.json(&print_indented(&policy(args, &named)));
    Ok(Exit::Clean)
}

/// The registry that the policy is for; a star is any.
struct NamedRegistry {
    name: String,
    region: String,
    account: String,
}

/// Options count before the environment, and that before the workspace, which is read only where it is needed.
fn find_registry(args: &IamPolicyArgs, context: &Context) -> Result<NamedRegistry, Problem> {
    let aws = AwsArgs {
        environment: args.environment.clone(),
        region: args.region.clone(),
        ..AwsArgs::default()
    };
    let (name, aws) = match (&args.registry, &args.environment) {
        (Some(name), None) => (name.clone(), aws),
        (registry, _) => {
            let mut workspace = context.workspace()?;
            let aws = enter_environment(&mut workspace, &aws)?;
            let own = workspace.manifest.registry.name;
            (registry.clone().unwrap_or(own), aws)
        }
    };
    let any = || "*".to_owned();
    Ok(NamedRegistry {
        name,
        region: aws.region.unwrap_or_else(any),
        account: args.account.clone().or(aws.account).unwrap_or_else(any),
    })
}

fn policy(args: &IamPolicyArgs, named: &NamedRegistry) -> PolicyDocument {
    let NamedRegistry { name, region, account } = named;
    let arn = |resource: String| format!("arn:{}:schemas:{region}:{account}:{resource}", args.partition);
    let on_registry = arn(format!("registry/{name}"));
    let on_schemas = arn(format!("schema/{name}/*"));
    let rows = permissions(args, on_registry, on_schemas);
    let needed = rows.into_iter().filter(|(needed, ..)| *needed);
    PolicyDocument {
        version: "2012-10-17",
        statement: needed
            .map(|(_, sid, actions, resource)| Statement {
                sid,
                effect: "Allow",
                action: actions.iter().map(|action| format!("schemas:{action}")).collect(),
                resource,
            })
            .collect(),
    }
}

/// Whether a policy needs a statement, its name, its actions and its resources.
type Permission = (bool, &'static str, &'static [&'static str], Vec<String>);

/// Returns the statements that a policy can have.
fn permissions(args: &IamPolicyArgs, on_registry: String, on_schemas: String) -> [Permission; 6] {
    let writes = args.mode == PolicyMode::Push;
    [
        (
            true,
            "ReadRegistry",
            &["DescribeRegistry", "ListSchemas"],
            vec![on_registry.clone()],
        ),
        (
            true,
            "ReadSchemas",
            &["DescribeSchema", "ListSchemaVersions"],
            vec![on_schemas.clone()],
        ),
        (
            writes,
            "WriteSchemas",
            &["CreateSchema", "UpdateSchema"],
            vec![on_schemas.clone()],
        ),
        (
            writes,
            "Tag",
            &["TagResource"],
            vec![on_registry.clone(), on_schemas.clone()],
        ),
        (
            writes && args.create_registry,
            "CreateRegistry",
            &["CreateRegistry"],
            vec![on_registry],
        ),
        (
            writes && args.enable_deletes,
            "DeleteSchemas",
            &["DeleteSchema", "DeleteSchemaVersion"],
            vec![on_schemas],
        ),
    ]
}
