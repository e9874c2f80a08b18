//! `schemactl iam-policy`: the least that IAM has to allow. Which action works on which kind of resource is from the Service
//! Authorization Reference of Amazon EventBridge Schemas.

use serde::Serialize;

use crate::args::{IamPolicyArgs, PolicyMode};
use crate::context::Context;
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
    let registry = match &args.registry {
        Some(name) => name.clone(),
        None => context.workspace()?.manifest.registry.name,
    };
    context.console.json(&print_indented(&policy(args, &registry)));
    Ok(Exit::Clean)
}

fn policy(args: &IamPolicyArgs, registry: &str) -> PolicyDocument {
    let arn = |resource: String| {
        let IamPolicyArgs {
            partition,
            region,
            account,
            ..
        } = args;
        format!("arn:{partition}:schemas:{region}:{account}:{resource}")
    };
    let on_registry = arn(format!("registry/{registry}"));
    let on_schemas = arn(format!("schema/{registry}/*"));
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
