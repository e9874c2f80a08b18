//! `schemactl validate`

use schemactl_compat::{EventJudge, EventValidity, ReplayError, Violation, default_engine};
use schemactl_model::{Value, Version, parse};
use schemactl_workspace::{Event, Example, SchemaVersion};

use crate::args::Validate;
use crate::console::renderer;
use crate::context::{Context, event, semantics};
use crate::diagnostic::Diagnostic;
use crate::exit::Exit;
use crate::input;
use crate::problem::Problem;
use crate::report::count;
use crate::validity::require_schemas;

pub(crate) fn run(args: &Validate, context: &Context) -> Result<Exit, Problem> {
    let workspace = context.workspace()?;
    let event = event(&workspace, &args.event)?;
    let file = input::read(&args.file, &args.stdin)?;
    let value = parse(&file).map_err(Problem::Json)?;
    let example = Example { file, value };
    let schema = version(event, args, example.detail())?;
    require_schemas(&[&schema.document], &context.console)?;
    let engine = default_engine(semantics(&workspace));
    let validity = EventJudge::new(&schema.document, &engine)
        .and_then(|judge| judge.judge(&engine, example.detail()))
        .map_err(|error| refused(&error))?;
    let title = format!("{}@{}", event.name, schema.version);
    let violations = match validity {
        EventValidity::Valid => {
            context
                .console
                .result(&format!("{}: a valid {title}\n", example.file.path()));
            return Ok(Exit::Clean);
        }
        EventValidity::Undecided(reason) => {
            context.console.result(&format!(
                "{}: undecided whether it is a valid {title}: {reason}\n",
                example.file.path()
            ));
            return Ok(Exit::Findings);
        }
        EventValidity::Invalid(violations) => violations,
    };
    for violation in &violations {
        context
            .console
            .result(&(diagnostic(violation, &example, schema).render(&renderer()) + "\n\n"));
    }
    context.console.result(&format!(
        "{}: not a {title}: {}\n",
        example.file.path(),
        count(violations.len(), "violation")
    ));
    Ok(Exit::Findings)
}

/// The version that the detail names, if the reference allows it; the newest one that it allows otherwise.
fn version<'e>(event: &'e Event, args: &Validate, detail: &Value) -> Result<&'e SchemaVersion, Problem> {
    let allowed: Vec<_> = event
        .versions
        .values()
        .filter(|version| args.event.matches(&version.version))
        .collect();
    let named = detail.member(&event.settings.version_field).and_then(Value::as_str);
    let named: Option<Version> = named.and_then(|text| text.parse().ok());
    let by_name = allowed.iter().find(|version| Some(&version.version) == named.as_ref());
    by_name.or(allowed.last()).copied().ok_or_else(|| {
        let versions: Vec<_> = event.versions.keys().map(ToString::to_string).collect();
        Problem::usage(
            format!("`{}` matches no version of {}", args.event, event.name),
            format!("there is {}", versions.join(", ")),
        )
    })
}

fn diagnostic(violation: &Violation, example: &Example, schema: &SchemaVersion) -> Diagnostic {
    let at = violation
        .instance
        .resolve(example.detail())
        .map_or(example.value.span, |value| value.span);
    let diagnostic = Diagnostic::error(violation.message.clone()).place(&example.file, at, "this value");
    match violation.keyword.resolve(schema.document.root()) {
        Some(keyword) => diagnostic.place(schema.document.source(), keyword.span, "is refused here"),
        None => diagnostic,
    }
}

/// A schema that the validator cannot use, or an event with a number that it cannot hold.
fn refused(error: &ReplayError) -> Problem {
    Problem::usage(error.to_string(), "run `schemactl check` for the schema's problems")
}
