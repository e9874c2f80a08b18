//! The reference page of the commands, `docs/reference/commands.md`, is made of what clap knows of them: arguments, options, values,
//! defaults, variables, examples, exit codes. `BLESS=1` rewrites the page.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use clap::builder::StyledStr;
use clap::{Arg, Command, CommandFactory};

use crate::args::{Args, GLOBAL_OPTIONS as GLOBAL};
use crate::exit;

/// The heading of clap for options without one.
const OPTIONS: &str = "Options";

/// Returns text as it stands in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('\n', " ").replace('|', "\\|").replace('<', "\\<")
}

fn plain(text: Option<&StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

/// Returns an argument as it is typed: `-o, --output <PATH>`.
fn usage_of(argument: &Arg) -> String {
    let short = argument.get_short().map(|short| format!("-{short}"));
    let long = argument.get_long().map(|long| format!("--{long}"));
    let flags: Vec<_> = short.into_iter().chain(long).collect();
    let names = argument.get_value_names().unwrap_or_default();
    let takes_value = argument.get_action().takes_values();
    let optional = argument.get_num_args().is_some_and(|count| count.min_values() == 0);
    let value = names
        .iter()
        .map(|name| format!("<{name}>"))
        .collect::<Vec<_>>()
        .join(" ");
    let value = if optional { format!("[{value}]") } else { value };
    match (flags.is_empty(), takes_value) {
        (true, _) => value,
        (false, true) => format!("{} {value}", flags.join(", ")),
        (false, false) => flags.join(", "),
    }
}

/// Returns paragraphs as sentences: the first one is a line without a full stop.
fn join_paragraphs(text: &str) -> String {
    text.replace("\n\n[default:", " [default:").replace("\n\n", ". ")
}

/// Returns what an argument does, with its values, its default and its variable.
fn meaning_of(argument: &Arg) -> String {
    let long = plain(argument.get_long_help());
    let mut text = if long.is_empty() {
        plain(argument.get_help())
    } else {
        join_paragraphs(&long)
    };
    let takes_value = argument.get_action().takes_values();
    let values = argument.get_possible_values();
    let described = values.iter().filter(|value| !value.is_hide_set());
    let described: Vec<_> = described
        .map(|value| match plain(value.get_help()) {
            help if help.is_empty() => format!("`{}`", value.get_name()),
            help => format!("`{}`: {help}", value.get_name()),
        })
        .collect();
    if takes_value && !described.is_empty() {
        write!(text, ". Values: {}", described.join("; ")).expect("writing to a string cannot fail");
    }
    let defaults: Vec<_> = argument
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy())
        .collect();
    if takes_value && !defaults.is_empty() {
        write!(text, ". Default: `{}`", defaults.join(",")).expect("writing to a string cannot fail");
    }
    if let Some(variable) = argument.get_env() {
        write!(text, ". Variable: `{}`", variable.to_string_lossy()).expect("writing to a string cannot fail");
    }
    cell(&text)
}

fn add_table(page: &mut String, heading: &str, arguments: &[&Arg]) {
    if arguments.is_empty() {
        return;
    }
    write!(page, "| {heading} | Meaning |\n|---|---|\n").expect("writing to a string cannot fail");
    for argument in arguments {
        let usage = usage_of(argument).replace('|', "\\|");
        writeln!(page, "| `{usage}` | {} |", meaning_of(argument)).expect("writing to a string cannot fail");
    }
    page.push('\n');
}

/// Returns the arguments of a command by their headings, in the order of its help.
fn groups_of(command: &Command) -> Vec<(String, Vec<&Arg>)> {
    let mut groups: Vec<(String, Vec<&Arg>)> = Vec::new();
    let shown = command.get_arguments().filter(|argument| !argument.is_hide_set());
    for argument in shown.filter(|argument| !["help", "version"].contains(&argument.get_id().as_str())) {
        let heading = match argument.get_help_heading() {
            Some(heading) => heading,
            None if argument.is_positional() => "Arguments",
            None => OPTIONS,
        };
        match groups.iter_mut().find(|(known, _)| known == heading) {
            Some((_, arguments)) => arguments.push(argument),
            None => groups.push((heading.to_owned(), vec![argument])),
        }
    }
    groups
}

/// Adds a command and those below it. `above` are the words before its name.
fn add_command(page: &mut String, command: &mut Command, above: &str) {
    let usage = command.render_usage().to_string().replace("Usage: ", "");
    let about = join_paragraphs(&plain(command.get_long_about().or(command.get_about())));
    let name = format!("{above}{}", command.get_name());
    write!(page, "## {name}\n\n{about}.\n\n```text\n{}\n```\n\n", usage.trim())
        .expect("writing to a string cannot fail");
    for (heading, arguments) in groups_of(command).iter().filter(|(heading, _)| heading != GLOBAL) {
        add_table(page, heading, arguments);
    }
    let after = plain(command.get_after_help());
    if !after.is_empty() {
        write!(page, "```text\n{}\n```\n\n", after.trim_end()).expect("writing to a string cannot fail");
    }
    let above = format!("{name} ");
    let below = command.get_subcommands_mut();
    for command in below.filter(|command| !command.is_hide_set() && command.get_name() != "help") {
        add_command(page, command, &above);
    }
}

/// Returns the exit codes as a table: lines of a number and what it means.
fn exit_codes() -> String {
    let rows = exit::TABLE.lines().filter_map(|line| line.trim().split_once("  "));
    rows.fold(
        "| code | meaning |\n|---|---|\n".to_owned(),
        |table, (code, meaning)| table + &format!("| {code} | {} |\n", cell(meaning.trim())),
    )
}

fn page() -> String {
    let mut root = Args::command();
    root.build();
    let mut page = format!(
        "# Commands\n\n{}. This page is made of the help texts of the program; a test holds them to each other.\n\n\
         The result goes to standard output, everything else to standard error. What is released is in [schemactl.lock](schemactl-lock.md).\n\n## Exit codes\n\n{}\n## {GLOBAL}\n\n",
        plain(root.get_about()),
        exit_codes()
    );
    for (heading, arguments) in groups_of(&root) {
        add_table(&mut page, &heading, &arguments);
    }
    let commands = root
        .get_subcommands_mut()
        .filter(|command| !command.is_hide_set() && command.get_name() != "help");
    for command in commands {
        add_command(&mut page, command, "");
    }
    page.trim_end().to_owned() + "\n"
}

#[test]
fn the_reference_of_the_commands_is_their_help() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/commands.md");
    let found = page();
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, &found).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == expected,
        "docs/reference/commands.md differs from the help: `BLESS=1 cargo test -p schemactl reference` rewrites it"
    );
}
