//! `schemactl generate`

mod beside;

use std::path::{Path, PathBuf};

use schemactl_check::write_atomic;
use schemactl_generate::{
    GeneratedCode, Integers, Money, Numbers, Settings, Times, UnknownFields, generate_events,
    generate_schema_with_files,
};
use schemactl_model::{Source, parse};
use schemactl_workspace::GenerateSettings;

use self::beside::FilesBeside;
use crate::args::{self, DeniedCodeArg, GenerateArgs, StdinArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::input;
use crate::problem::Problem;
use crate::words::count_in_words;

pub(crate) fn run_generate(args: &GenerateArgs, context: &Context) -> Result<Exit, Problem> {
    let is_stdout = args.output.as_os_str() == "-";
    if is_stdout && args.check {
        return Err(Problem::usage(
            "`--check` cannot be combined with `--output -`",
            "give the file that must be up to date",
        ));
    }
    let table = read_table(args);
    let code = match &args.schema {
        Some(schema) => one_schema(schema, args.name.as_deref(), &Settings::from(&table))?,
        None => whole_workspace(args, &table, context)?,
    };
    for lint in &code.lints {
        context.console.note(&format!("{}: {}", lint.place, lint.message));
    }
    for untyped in &code.untyped {
        context.console.note(&untyped.to_string());
    }
    if args.deny.contains(&DeniedCodeArg::Untyped) && !code.untyped.is_empty() {
        context.console.result(&format!(
            "{} without a type: describe it in the schema, or generate without `--deny untyped`\n",
            count_in_words(code.untyped.len(), "value")
        ));
        return Ok(Exit::Findings);
    }
    let source = code.source;
    if is_stdout {
        context.console.result(&source);
        return Ok(Exit::Clean);
    }
    let path = file(&args.output);
    if args.check {
        return compare(&path, &source, context);
    }
    // A pipe would be waited for.
    let is_same = path.is_file() && read_present(&path).is_ok_and(|present| present == source);
    let changed = !is_same
        && write_atomic(&path, source.as_bytes()).map_err(|error| Problem::File {
            path: path.clone(),
            what: "write",
            error,
        })?;
    let state = if changed { "written" } else { "up to date" };
    context.console.note(&format!(
        "{}: {} lines, {state}",
        path.display(),
        source.lines().count()
    ));
    if changed && !links_runtime(&path) {
        context.console.note(RUNTIME_HINT);
    }
    Ok(Exit::Clean)
}

/// What is to be done in a crate that has generated code for the first time.
const RUNTIME_HINT: &str = "next: add schemactl-runtime, which the code links, to Cargo.toml: \
     https://github.com/schemactl/schemactl/blob/main/docs/guides/consumer.md#the-crate";

/// Returns whether the crate that a file is in, if there is one, names the crate that generated code links.
fn links_runtime(path: &Path) -> bool {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let manifest = absolute
        .ancestors()
        .skip(1)
        .map(|folder| folder.join("Cargo.toml"))
        .find(|file| file.is_file());
    manifest.is_some_and(|file| std::fs::read_to_string(file).is_ok_and(|text| text.contains("schemactl-runtime")))
}

/// Returns what the command line sets, as the table `[generate]` would.
fn read_table(args: &GenerateArgs) -> GenerateSettings {
    let unknown_fields = args.unknown_fields.map(|how| match how {
        args::UnknownFieldsArg::Ignore => UnknownFields::Ignore,
        args::UnknownFieldsArg::Preserve => UnknownFields::Preserve,
        args::UnknownFieldsArg::Refuse => UnknownFields::Refuse,
    });
    let integers = args.integers.map(|kind| match kind {
        args::IntegersArg::Any => Integers::Any,
        args::IntegersArg::Fixed => Integers::Fixed,
    });
    let numbers = args.numbers.map(|kind| match kind {
        args::NumbersArg::Float => Numbers::Float,
        args::NumbersArg::Decimal => Numbers::Decimal,
    });
    let money = args.money.map(|kind| match kind {
        args::MoneyArg::Float => Money::Float,
        args::MoneyArg::Decimal => Money::Decimal,
    });
    let times = args.times.map(|kind| match kind {
        args::TimesArg::Timestamp => Times::Timestamp,
        args::TimesArg::Text => Times::Text,
    });
    GenerateSettings {
        unknown_fields: unknown_fields.map(|word| word.as_str().to_owned()),
        integers: integers.map(|word| word.as_str().to_owned()),
        numbers: numbers.map(|word| word.as_str().to_owned()),
        money: money.map(|word| word.as_str().to_owned()),
        times: times.map(|word| word.as_str().to_owned()),
        validate: args.validate.then_some(true),
        features: args.features.then_some(true),
        hash_and_order: args.hash_and_order.then_some(true),
        ..GenerateSettings::default()
    }
}

fn whole_workspace(args: &GenerateArgs, table: &GenerateSettings, context: &Context) -> Result<GeneratedCode, Problem> {
    let workspace = context.workspace()?;
    let settings = Settings::from(&workspace.manifest.generate.overlaid_with(table));
    let events: Vec<_> = args.events.iter().chain(&args.more).cloned().collect();
    Ok(generate_events(&workspace, &events, &settings)?)
}

fn one_schema(path: &Path, name: Option<&str>, settings: &Settings) -> Result<GeneratedCode, Problem> {
    let source = input::read_input(path, &StdinArgs::default())?;
    let name = name.map_or_else(|| name_of(&source, path), str::to_owned);
    let mut files = FilesBeside::new(source.path(), path);
    Ok(generate_schema_with_files(&source, &name, settings, &mut files)?)
}

/// The title, or the file's name without its extension; standard input has neither.
fn name_of(source: &Source, path: &Path) -> String {
    let title = parse(source)
        .ok()
        .and_then(|schema| Some(schema.member("title")?.as_str()?.to_owned()));
    let stem = path.file_stem().filter(|stem| *stem != "-");
    let stem = || stem.map(|stem| stem.to_string_lossy().into_owned());
    title
        .filter(|title| title.len() <= 60)
        .or_else(stem)
        .unwrap_or_else(|| "Event".to_owned())
}

/// A folder stands for `events.rs` in it, also one that is still to be made.
fn file(output: &Path) -> PathBuf {
    if output.is_dir() || output.to_string_lossy().ends_with(std::path::is_separator) {
        output.join("events.rs")
    } else {
        output.to_owned()
    }
}

/// Returns the code that is there; nothing if there is none. A checkout with `core.autocrlf` has other ends of lines, and the same code.
fn read_present(path: &Path) -> Result<String, Problem> {
    match std::fs::read(path) {
        Ok(present) => Ok(String::from_utf8_lossy(&present).replace("\r\n", "\n")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(Problem::File {
            path: path.to_owned(),
            what: "read",
            error,
        }),
    }
}

fn compare(path: &Path, source: &str, context: &Context) -> Result<Exit, Problem> {
    let present = read_present(path)?;
    if present == source {
        context.console.note(&format!("{}: up to date", path.display()));
        return Ok(Exit::Clean);
    }
    let state = if present.is_empty() {
        "does not exist"
    } else {
        "is not up to date with the schemas"
    };
    context.console.result(&format!(
        "{} {state}: run `schemactl generate` with the same options and without --check\n",
        path.display()
    ));
    Ok(Exit::Findings)
}
