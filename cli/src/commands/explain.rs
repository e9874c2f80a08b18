//! `schemactl explain`

use std::fmt::Write as _;

use schemactl_check::Rule;
use schemactl_model::find_alike;

use crate::args::ExplainArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::problem::Problem;

pub(crate) fn run_explain(args: &ExplainArgs, context: &Context) -> Result<Exit, Problem> {
    let Some(id) = &args.rule else {
        let list = Rule::all().fold(String::new(), |mut list, rule| {
            writeln!(list, "{:<34}{}", rule.id(), rule.summary()).expect("writing to a string cannot fail");
            list
        });
        context.console.result(&list);
        return Ok(Exit::Clean);
    };
    let rule = Rule::from_id(id).ok_or_else(|| {
        Problem::usage(
            format!("unknown rule `{id}`"),
            match find_alike(id, Rule::all().map(Rule::id)) {
                Some(meant) => format!("did you mean `{meant}`? `schemactl explain` lists the rules"),
                None => "run `schemactl explain` for the list of rules".to_owned(),
            },
        )
    })?;
    context.console.result(rule.page());
    Ok(Exit::Clean)
}
