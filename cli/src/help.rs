//! Help in two lengths. In: the definition of the command line. Out: what `-h` shows: a line for each option, the options of every command only
//! once, at `schemactl -h`, and examples. `--help` shows everything, as it is defined.

use std::ffi::OsString;

use clap::{Arg, Command};

use crate::args::GLOBAL_OPTIONS;

/// Letters of a line of help beside the option, so that the line fits into 100 columns.
const LONGEST_LINE: usize = 62;

/// Returns whether arguments ask for the long form: with `--help`, or as `schemactl help COMMAND`.
pub(crate) fn asks_long_form(arguments: &[OsString]) -> bool {
    let mut given = arguments.iter().skip(1);
    given.any(|argument| argument == "--help" || argument == "help")
}

/// Returns the definition whose help is short.
pub(crate) fn shorten_help(mut command: Command) -> Command {
    // Options of every command are added to each of them here.
    command.build();
    let pointer = format!("Exit codes and details: {} --help", command.get_name());
    let name = command.get_name().to_owned();
    let command = command.mut_args(shorten_argument).after_help(pointer);
    command.mut_subcommands(|below| shorten_command(below, &name))
}

/// The help of a command of the program.
fn shorten_command(command: Command, program: &str) -> Command {
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let examples = after.split("\n\n").find(|part| part.starts_with("Example"));
    let pointer = format!("Options of every command, such as --workspace and --quiet: {program} -h");
    let after = examples.map_or_else(
        || pointer.clone(),
        |examples| format!("{}\n\n{pointer}", examples.trim_end()),
    );
    let command = command.mut_args(|argument| {
        let is_global = argument.get_help_heading() == Some(GLOBAL_OPTIONS);
        shorten_argument(argument).hide(is_global)
    });
    command
        .after_help(after)
        .mut_subcommands(|below| shorten_command(below, program))
}

/// A line: without its variable, and without its values if there is no room for them.
fn shorten_argument(argument: Arg) -> Arg {
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let shown = argument.get_possible_values();
    let values = shown.iter().map(|value| value.get_name().len() + 2).sum::<usize>();
    let default = argument
        .get_default_values()
        .iter()
        .map(|value| value.len() + 12)
        .sum::<usize>();
    let has_room = help.len() + values + default + "[possible values: ]".len() <= LONGEST_LINE;
    argument.hide_env(true).hide_possible_values(!has_room)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Args;

    /// Lines of short help that begin no option, argument or command, by command.
    fn continued_lines(command: &mut Command, path: &str) -> Vec<String> {
        let help = command.render_help().to_string();
        let is_entry = |line: &&str| line.starts_with("  ");
        let begins = |line: &&str| {
            let text = line.trim_start();
            let indent = line.len() - text.len();
            let is_option = text.starts_with('-') && (indent == 2 || indent == 6);
            is_option || (indent == 2 && !text.is_empty())
        };
        let continued = help.lines().filter(is_entry).filter(|line| !begins(line));
        let mut found: Vec<_> = continued.map(|line| format!("{path}: {line}")).collect();
        let long = help.lines().filter(|line| line.chars().count() > 100);
        found.extend(long.map(|line| format!("{path}: too long: {line}")));
        for below in command.get_subcommands_mut() {
            let path = format!("{path} {}", below.get_name());
            found.extend(continued_lines(below, &path));
        }
        found
    }

    #[test]
    fn short_help_has_a_line_for_each_option() {
        let mut command = shorten_help(Args::command().term_width(100));
        let continued = continued_lines(&mut command, "schemactl");
        assert!(continued.is_empty(), "{continued:#?}");
    }

    #[test]
    fn options_of_every_command_stand_in_one_place() {
        let mut command = shorten_help(Args::command());
        let short = command.render_help().to_string();
        assert!(short.contains("--mask-account"), "{short}");
        let check = command.find_subcommand_mut("check").expect("a command");
        let short = check.render_help().to_string();
        assert!(
            !short.contains("--mask-account") && short.contains("schemactl -h"),
            "{short}"
        );
        assert!(
            short.contains("Examples:") && !short.contains("Without a schemactl.toml"),
            "{short}"
        );
        let mut whole = Args::command();
        whole.build();
        let long = whole
            .find_subcommand_mut("check")
            .expect("a command")
            .render_long_help();
        assert!(long.to_string().contains("--mask-account"), "{long}");
    }

    #[test]
    fn the_form_is_chosen_by_how_help_was_asked_for() {
        for (arguments, is_long) in [
            (&["schemactl", "-h"][..], false),
            (&["schemactl", "check", "-h"], false),
            (&["schemactl"], false),
            (&["schemactl", "check", "--help"], true),
            (&["schemactl", "help", "check"], true),
        ] {
            let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            assert_eq!(asks_long_form(&arguments), is_long, "{arguments:?}");
        }
    }
}
