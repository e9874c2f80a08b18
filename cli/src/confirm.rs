//! Asking before something is deleted. In: a plan. Out: it deletes nothing, or somebody has typed the registry's name. Without
//! a terminal nobody is asked, and nothing is deleted.

use std::io::{self, BufRead, IsTerminal};

use schemactl_push::{Action, Plan};

use crate::console::Console;
use crate::problem::Problem;
use crate::words::count_in_words;

pub(crate) fn confirm_deletions(plan: &Plan, yes: bool, console: &Console) -> Result<(), Problem> {
    let deletions = plan
        .actions
        .iter()
        .filter(|action| matches!(action, Action::Delete(_)))
        .count();
    if deletions == 0 || yes {
        return Ok(());
    }
    let what = format!(
        "{} would be made in registry {}",
        count_in_words(deletions, "deletion"),
        plan.registry
    );
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(Problem::usage(
            format!("{what}, and confirmation needs a terminal"),
            "add --yes to continue without confirmation",
        ));
    }
    console.ask(&format!("{what}. Type the registry's name to delete: "));
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    if read.is_ok() && answer.trim() == plan.registry {
        return Ok(());
    }
    Err(Problem::usage(
        "nothing was written: the name was not typed",
        "run the command again",
    ))
}
