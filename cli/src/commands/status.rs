//! `schemactl status`

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemactl_workspace::{Action, Cache, Drift, Plan};

use super::plan::{make, workspace};
use crate::args::{Format, Planning, Status};
use crate::context::{Against, Context, checked, days_ago};
use crate::exit::Exit;
use crate::problem::Problem;
use crate::remote::Session;
use crate::report::plan::{SavedOptions, describe, json};
use crate::report::{count, text};

pub(crate) fn run(args: &Status, context: &Context) -> Result<Exit, Problem> {
    let workspace = workspace(context, false)?;
    let (report, checked) = checked(&workspace, &Against::default());
    let Some(checked) = checked else {
        context
            .console
            .result(&text::render(&report, context.console.detail_of_reports()));
        return Ok(Exit::Findings);
    };
    let mut session = Session::open(context, &workspace, &args.aws)?;
    // Whoever asks for the state of things wants no conclusions from tags and caches.
    let planning = Planning {
        full: true,
        ..Planning::default()
    };
    let plan = make(&checked, &mut session, &planning, &context.console)?;
    match args.format {
        Format::Text => context.console.result(&(render(&plan) + &inactive(&session.cache))),
        Format::Json => context.console.json(&json(&plan, SavedOptions::default())),
    }
    Ok(Exit::Clean)
}

/// Days after which a schema is close to the end that AWS gives to inactive ones: two years.
const INACTIVE_DAYS: i64 = 670;

/// A line for each schema that AWS may soon delete.
fn inactive(cache: &Cache) -> String {
    let day = days_ago(INACTIVE_DAYS);
    let lines = cache.untouched_since(&day).map(|(name, written)| {
        let day = written.get(..10).unwrap_or(written);
        format!(
            "  ! {name} was last written on {day}: AWS deletes schemas that are inactive for two years, and the next push after that \
             registers what is missing\n"
        )
    });
    lines.collect()
}

fn render(plan: &Plan) -> String {
    let mut lines: BTreeMap<String, &str> = BTreeMap::new();
    for (event, version) in &plan.unchanged {
        lines.insert(format!("{event}@{version}"), "registered");
    }
    for (event, version) in plan.actions.iter().filter_map(Action::version) {
        lines.insert(format!("{event}@{version}"), "not registered");
    }
    for drift in &plan.drift {
        if let Drift::Changed { event, version, .. } = drift {
            lines.insert(format!("{event}@{version}"), "registered with another schema");
        }
    }
    let width = lines.keys().map(String::len).max().unwrap_or(0);
    let mut text = format!("{}\n", plan.remote);
    for (name, state) in &lines {
        writeln!(text, "  {name:<width$}  {state}").expect("writing to a string cannot fail");
    }
    for drift in &plan.drift {
        writeln!(text, "  ! {}", describe(drift)).expect("writing to a string cannot fail");
    }
    let number = |wanted: &str| lines.values().filter(|state| **state == wanted).count();
    writeln!(
        text,
        "{} registered, {} not",
        count(number("registered"), "version"),
        number("not registered")
    )
    .expect("writing to a string cannot fail");
    text
}
